import type { Db, DeskId, Tx } from "@permanence/database";
import { type Instant, instant, type World } from "@permanence/kernel";
import { closeAlerts, raiseAlert } from "./alert-store.ts";
import type { ClockWarning } from "./clock-warnings.ts";
import type { NewEvidence } from "./evidence.ts";
import type { TicketChange } from "./ticket-change.ts";

/** Whoever answers for the ticket is told that a share of its time is used up, where the policy wants that. */
export async function alertOfWarning(tx: Tx, change: TicketChange, warning: ClockWarning): Promise<void> {
  const { target, percent, startedAt, tell } = warning;
  if (!tell) return;
  const { ticket, world } = change;
  const subject = `${ticket.ticket_id} ${target} ${startedAt} ${percent}`;
  const detail = { ...aboutTicket(change), target, percent };
  await raiseAlert(tx, world, ticket.desk_id, { kind: "clock-warning", subject, detail });
}

/** A notice did not arrive: the lead is told, so that somebody finds another way to the customer. */
export async function alertOfFailure(tx: Tx, change: TicketChange, evidence: NewEvidence): Promise<void> {
  if (evidence.rung !== "failed" || !evidence.ofNotice) return;
  const { ticket, world } = change;
  const detail = { ...aboutTicket(change), reason: evidence.detail };
  await raiseAlert(tx, world, ticket.desk_id, { kind: "notice-failed", subject: ticket.ticket_id, detail });
}

function aboutTicket({ ticket }: TicketChange) {
  const { ticket_id: ticketId, number, subject: title, assignee_id: assigneeId } = ticket;
  return { ticketId, number, title, assigneeId };
}

/** While mail is held, one alert of it stands open, whatever a flood brings. */
export async function alertOfHeld(tx: Tx, world: World, deskId: DeskId, held: { from: string; reason: string }) {
  await raiseAlert(tx, world, deskId, { kind: "held", subject: "held", detail: held });
}

const FAILING_FOR_MS = 3 * 60_000;

/** Mailboxes that could not be read for some minutes; those that can again are no alert any more. */
export async function alertOfMailboxes(db: Db, world: World, deskId: DeskId): Promise<void> {
  const now = world.clock.now();
  await db.transaction(deskId, async (tx) => {
    const failing = await tx
      .selectFrom("imap_mailbox as i")
      .innerJoin("mailbox as m", (join) =>
        join.onRef("m.desk_id", "=", "i.desk_id").onRef("m.mailbox_id", "=", "i.mailbox_id"),
      )
      .select(["m.address", "i.error"])
      .where("i.desk_id", "=", deskId)
      .where("i.error_since", "<=", instant(now - FAILING_FOR_MS))
      .execute();
    for (const { address, error } of failing) {
      const detail = { mailbox: address, reason: error ?? "" };
      await raiseAlert(tx, world, deskId, { kind: "mailbox-failing", subject: address, detail });
    }
    await closeAlerts(
      tx,
      deskId,
      "mailbox-failing",
      failing.map(({ address }) => address),
      now,
    );
  });
}

/** A relay that cannot be reached for some minutes. The mail that tells of it leaves when it is there again; the page does not
 *  wait. @param trouble null where it can be reached */
export async function alertOfRelay(
  db: Db,
  world: World,
  deskId: DeskId,
  trouble: { since: Instant; reason: string } | null,
): Promise<void> {
  const now = world.clock.now();
  await db.transaction(deskId, async (tx) => {
    if (trouble === null) await closeAlerts(tx, deskId, "relay-away", [], now);
    else if (now - trouble.since >= FAILING_FOR_MS)
      await raiseAlert(tx, world, deskId, { kind: "relay-away", subject: "relay", detail: { reason: trouble.reason } });
  });
}

/** @param reason null once the clock can be believed again */
export async function alertOfClock(db: Db, world: World, deskId: DeskId, reason: string | null): Promise<void> {
  await db.transaction(deskId, async (tx) => {
    if (reason === null) await closeAlerts(tx, deskId, "clock-disagrees", [], world.clock.now());
    else await raiseAlert(tx, world, deskId, { kind: "clock-disagrees", subject: "clock", detail: { reason } });
  });
}
