import { type Db, type DeskId, type Log, type Tx } from "@permanence/database";
import { type Instant, type World } from "@permanence/kernel";
import { type Desk, deskOf } from "@permanence/people";
import { raiseAlert, type TicketChange } from "@permanence/tickets";
import { sql } from "kysely";
import { aboutLead, changeCallOut } from "./attendance.ts";
import { notSent } from "./call-out.ts";
import { readDeliveryStates } from "./call-out-store.ts";
import { type ChannelKind, noteChannel } from "./channel-store.ts";
import { isAbandoned, isLost } from "./page-delivery.ts";
import { addSendPage, type SendPage } from "./page-queue.ts";

export type Concluding = { db: Db; world: World; log: Log };

/** What became of a delivery: kept, and where a step has reached nobody, the next level is called at once.
 *  @param failure null: it was sent */
export async function concludeDelivery(
  { db, world }: Concluding,
  job: SendPage,
  failure: string | null,
): Promise<void> {
  const desk = await deskOf(db, job.deskId);
  await db.transaction(job.deskId, async (tx) => {
    const concluded = await markConcluded(tx, job, failure, world.clock.now());
    if (!concluded) return;
    if (job.channel.includes("-")) await noteChannel(tx, job.deskId, job.channel, failure, world.clock.now());
    if (failure === null) return;
    await callNextIfLost(tx, world, desk, job, failure);
  });
}

async function markConcluded(tx: Tx, job: SendPage, failure: string | null, now: Instant): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("page_delivery")
    .set({ state: failure === null ? "sent" : "failed", concluded_at: now, failure })
    .where("desk_id", "=", job.deskId)
    .where("page_id", "=", job.pageId)
    .where("channel", "=", job.channel)
    .where("state", "in", ["queued", "begun"])
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

async function callNextIfLost(tx: Tx, world: World, desk: Desk, job: SendPage, failure: string): Promise<void> {
  const page = await tx
    .selectFrom("page")
    .select(["call_out_id", "step"])
    .where("desk_id", "=", job.deskId)
    .where("page_id", "=", job.pageId)
    .executeTakeFirstOrThrow();
  const { step } = page;
  await changeCallOut(tx, world, desk, page.call_out_id, async ({ callOut, row, lead, judging }) => {
    if (!isLost(await readDeliveryStates(tx, row, step))) return null;
    lead?.record("page-failed", "desk", { callOutId: row.call_out_id, step, reason: failure });
    await alertOfLost(tx, world, desk.deskId, lead, row.is_canary, failure);
    return { callOut: row.is_canary ? callOut : notSent(callOut, step, judging), steps: [] };
  });
}

async function alertOfLost(
  tx: Tx,
  world: World,
  deskId: DeskId,
  lead: TicketChange | null,
  isCanary: boolean,
  reason: string,
): Promise<void> {
  const kind = isCanary ? "canary-failed" : "page-failed";
  const subject = lead?.ticket.ticket_id ?? "canary";
  await raiseAlert(tx, world, deskId, { kind, subject, detail: { ...aboutLead(lead), reason } });
}

const MOST_AT_ONCE = 500;
/** A queued delivery whose job was lost gets another. */
const FORGOTTEN_MS = 15_000;

type Open = SendPage & {
  state: string;
  kind: ChannelKind;
  begunAt: Instant | null;
  madeAt: Instant;
  mailState: string | null;
  mailError: string | null;
};

/** What no job concludes: mails that the relay took or refused, and deliveries whose run died. */
export async function concludeOpenDeliveries(concluding: Concluding, deskId: DeskId): Promise<void> {
  const { db, world } = concluding;
  const now = world.clock.now();
  const open = await db.transaction(deskId, (tx) => readOpen(tx, deskId));
  for (const delivery of open) {
    const { state, madeAt } = delivery;
    if (state === "queued" && now - madeAt > FORGOTTEN_MS)
      await db.transaction(deskId, async (tx) => addSendPage(tx, jobOf(delivery)));
    const outcome = outcomeOf(delivery, now);
    if (outcome !== undefined) await concludeDelivery(concluding, jobOf(delivery), outcome);
  }
}

const jobOf = ({ deskId, pageId, channel }: Open): SendPage => ({ deskId, pageId, channel });

/** Why it failed, null where it was sent; undefined as long as nobody knows. */
function outcomeOf({ state, kind, begunAt, mailState, mailError }: Open, now: Instant): string | null | undefined {
  if (state !== "begun" || begunAt === null) return undefined;
  if (mailState === "sent") return null;
  if (mailState === "failed") return mailError ?? "The relay refused the mail.";
  if (kind === "email" && mailState === null) return "No mail can go to this address.";
  if (!isAbandoned(kind, begunAt, now)) return undefined;
  return kind === "email"
    ? "No relay has taken the mail within a minute."
    : "The program ended while it was being sent: nobody knows whether it arrived.";
}

async function readOpen(tx: Tx, deskId: DeskId): Promise<Open[]> {
  const { rows } = await sql<Open>`
    select d.desk_id as "deskId", d.page_id as "pageId", d.channel, d.state, d.kind, d.begun_at as "begunAt",
      d.made_at as "madeAt", m.state as "mailState", m.last_error as "mailError"
    from page_delivery d
    left join outgoing_mail m on m.desk_id = d.desk_id and m.outgoing_mail_id = d.outgoing_mail_id
    where d.desk_id = ${deskId} and d.state in ('queued', 'begun')
    order by d.made_at limit ${MOST_AT_ONCE}`.execute(tx);
  return rows;
}
