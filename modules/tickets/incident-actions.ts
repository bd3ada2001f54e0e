import { addJob, type Db, type DeskId, type Tx } from "@permanence/database";
import { type Instant, instant, newId, type World } from "@permanence/kernel";
import { deskOf, findAgent } from "@permanence/people";
import { sql } from "kysely";
import { actorOf, replyToCustomer } from "./agent-actions.ts";
import { type Texts, textIn } from "./incident-store.ts";
import { openTicketChange } from "./ticket-change.ts";
import { closeTicket } from "./ticket-state.ts";

export const INCIDENT_ACTION = "incident-action";

export type IncidentAction = { deskId: DeskId; actionId: string; ticketId: string };

/** One reply to all tickets of an incident that are open, each in its reader's language; or their closing; or both. Each is a
 *  job of its own: four hundred customers are written to without holding up anything. @returns how many */
export async function askForActions(
  tx: Tx,
  world: World,
  deskId: DeskId,
  incidentId: string,
  { reply, closes, madeBy }: { reply: Texts | null; closes: boolean; madeBy: string },
): Promise<number> {
  const actionId = newId(world);
  const { rows } = await sql<{ ticketId: string }>`
    insert into incident_action (desk_id, incident_id, action_id, ticket_id, reply, closes, made_by, made_at)
    select i.desk_id, i.incident_id, ${actionId}, i.ticket_id, ${reply && JSON.stringify(reply)}, ${closes}, ${madeBy},
      ${world.clock.now()}
    from incident_ticket i join ticket t on t.desk_id = i.desk_id and t.ticket_id = i.ticket_id
    where i.desk_id = ${deskId} and i.incident_id = ${incidentId} and i.left_at is null and t.state <> 'closed'
    returning ticket_id as "ticketId"`.execute(tx);
  for (const { ticketId } of rows) addActionJob(tx, { deskId, actionId, ticketId });
  return rows.length;
}

function addActionJob(tx: Tx, job: IncidentAction): void {
  addJob(tx, INCIDENT_ACTION, job, { key: `incident-action:${job.actionId}:${job.ticketId}` });
}

/** The job: run again, or twice at once, it finds its work done. A ticket that was closed meanwhile is left alone. */
export async function runIncidentAction(
  db: Db,
  world: World,
  { deskId, actionId, ticketId }: IncidentAction,
): Promise<void> {
  const desk = await deskOf(db, deskId);
  await db.transaction(deskId, async (tx) => {
    const change = await openTicketChange(tx, world, deskId, ticketId);
    const action = await tx
      .selectFrom("incident_action")
      .select(["reply", "closes", "made_by"])
      .where("desk_id", "=", deskId)
      .where("action_id", "=", actionId)
      .where("ticket_id", "=", ticketId)
      .where("done_at", "is", null)
      .forUpdate()
      .executeTakeFirst();
    if (change === null || action === undefined) return;
    const agent = await findAgent(tx, deskId, action.made_by);
    let outcome = "done";
    if (change.ticket.state === "closed") outcome = "closed meanwhile";
    else if (agent === null) outcome = "its author left the desk";
    else {
      const text = action.reply && textIn(action.reply, change.ticket.language, desk.settings.languages);
      if (text) {
        const reply = { text, state: "waiting" as const, messageId: null };
        const sent = await replyToCustomer(tx, { world, desk, agent }, change, reply);
        if (sent === "unsendable") outcome = "no mail can go to the customer's address";
      }
      if (action.closes) closeTicket(change, "solved", actorOf(agent));
      change.save(tx);
    }
    await markDone(tx, { deskId, actionId, ticketId }, outcome, world.clock.now());
  });
}

async function markDone(tx: Tx, { deskId, actionId, ticketId }: IncidentAction, outcome: string, at: Instant) {
  await tx
    .updateTable("incident_action")
    .set({ done_at: at, outcome })
    .where("desk_id", "=", deskId)
    .where("action_id", "=", actionId)
    .where("ticket_id", "=", ticketId)
    .execute();
}

const FORGOTTEN_MS = 60_000;

/** Jobs that were lost are added again. */
export async function requeueIncidentActions(db: Db, world: World, deskId: DeskId): Promise<void> {
  await db.transaction(deskId, async (tx) => {
    const rows = await tx
      .selectFrom("incident_action")
      .select(["action_id as actionId", "ticket_id as ticketId"])
      .where("desk_id", "=", deskId)
      .where("done_at", "is", null)
      .where("made_at", "<", instant(world.clock.now() - FORGOTTEN_MS))
      .limit(1_000)
      .execute();
    for (const row of rows) addActionJob(tx, { deskId, ...row });
  });
}
