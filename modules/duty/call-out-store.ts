import type { DeskId, Tx } from "@permanence/database";
import { assert, type Instant, newId, newToken, type World } from "@permanence/kernel";
import type { Priority } from "@permanence/sla";
import { sql } from "kysely";
import type { CallOut, Step } from "./call-out-case.ts";
import type { CallOutRow, PageRow } from "./duty-tables.ts";

type NewCallOut = { priority: Priority; isCanary: boolean; ticketId: string | null };

/** Begins a call-out. Of a ticket there is one at a time: the caller has it locked. */
export async function addCallOut(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { priority, isCanary, ticketId }: NewCallOut,
  callOut: CallOut,
): Promise<string> {
  const callOutId = newId(world);
  const { state, openedAt, nextAt, holderId } = callOut;
  await tx
    .insertInto("call_out")
    .values({
      ...{ desk_id: deskId, call_out_id: callOutId, priority, is_canary: isCanary, state, opened_at: openedAt },
      ...{ next_at: nextAt, holder_id: holderId, document: JSON.stringify(callOut), version: 1 },
    })
    .execute();
  if (ticketId !== null) await joinCallOut(tx, world, deskId, callOutId, ticketId);
  return callOutId;
}

export async function joinCallOut(tx: Tx, world: World, deskId: DeskId, callOutId: string, ticketId: string) {
  await tx
    .insertInto("call_out_ticket")
    .values({ desk_id: deskId, call_out_id: callOutId, ticket_id: ticketId, joined_at: world.clock.now() })
    .onConflict((conflict) =>
      conflict
        .columns(["desk_id", "call_out_id", "ticket_id"])
        .doUpdateSet({ left_at: null, joined_at: world.clock.now() }),
    )
    .execute();
}

/** The call-out that a ticket is of, as long as it runs. */
export async function findCallOutOf(tx: Tx, deskId: DeskId, ticketId: string): Promise<string | null> {
  const row = await tx
    .selectFrom("call_out_ticket")
    .select("call_out_id")
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .where("left_at", "is", null)
    .executeTakeFirst();
  return row?.call_out_id ?? null;
}

/** The tickets that are of it now, the first one first. */
export async function findTicketsOf(tx: Tx, deskId: DeskId, callOutId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom("call_out_ticket")
    .select("ticket_id")
    .where("desk_id", "=", deskId)
    .where("call_out_id", "=", callOutId)
    .where("left_at", "is", null)
    .orderBy("joined_at")
    .orderBy("ticket_id")
    .execute();
  return rows.map(({ ticket_id }) => ticket_id);
}

/** Locked until the transaction ends, after its tickets. */
export async function lockCallOut(tx: Tx, deskId: DeskId, callOutId: string): Promise<CallOutRow | null> {
  const row = await tx
    .selectFrom("call_out")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("call_out_id", "=", callOutId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row ?? null;
}

export async function saveCallOut(tx: Tx, row: CallOutRow, callOut: CallOut, now: Instant): Promise<void> {
  const { state, nextAt, holderId } = callOut;
  const { desk_id: deskId, call_out_id: callOutId } = row;
  await tx
    .updateTable("call_out")
    .set({ state, next_at: nextAt, holder_id: holderId, document: JSON.stringify(callOut), version: row.version + 1 })
    .set({ priority: row.priority })
    .where("desk_id", "=", deskId)
    .where("call_out_id", "=", callOutId)
    .execute();
  if (state !== "ended") return;
  await tx
    .updateTable("call_out_ticket")
    .set({ left_at: now })
    .where("desk_id", "=", deskId)
    .where("call_out_id", "=", callOutId)
    .where("left_at", "is", null)
    .execute();
}

/** Those that must be looked at, the longest overdue first. */
export async function findDueCallOuts(tx: Tx, deskId: DeskId, now: Instant, limit: number): Promise<string[]> {
  const rows = await tx
    .selectFrom("call_out")
    .select("call_out_id")
    .where("desk_id", "=", deskId)
    .where("next_at", "<=", now)
    .orderBy("next_at")
    .limit(limit)
    .execute();
  return rows.map(({ call_out_id }) => call_out_id);
}

/** The pages of one step, one for each agent. */
export async function addPages(tx: Tx, world: World, row: CallOutRow, step: Step): Promise<PageRow[]> {
  const pages = step.agentIds.map((agentId): PageRow => ({
    ...{ desk_id: row.desk_id, page_id: newId(world), call_out_id: row.call_out_id, step: step.number },
    ...{ kind: step.kind, level: step.level, agent_id: agentId, token: newToken(world) },
    ...{ made_at: world.clock.now(), acknowledged_at: null },
  }));
  if (pages.length > 0) await tx.insertInto("page").values(pages).execute();
  return pages;
}

export async function findPageByToken(tx: Tx, deskId: DeskId, token: string): Promise<PageRow | null> {
  const row = await tx
    .selectFrom("page")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("token", "=", token)
    .executeTakeFirst();
  return row ?? null;
}

/** That an agent acknowledged: every page of theirs of this call-out that they had not. */
export async function markAcknowledged(tx: Tx, row: CallOutRow, agentId: string, now: Instant): Promise<void> {
  await tx
    .updateTable("page")
    .set({ acknowledged_at: now })
    .where("desk_id", "=", row.desk_id)
    .where("call_out_id", "=", row.call_out_id)
    .where("agent_id", "=", agentId)
    .where("acknowledged_at", "is", null)
    .execute();
}

export async function markCallAsked(tx: Tx, row: CallOutRow, ticketIds: string[], now: Instant): Promise<void> {
  await tx
    .updateTable("call_out_ticket")
    .set({ call_asked_at: now })
    .where("desk_id", "=", row.desk_id)
    .where("call_out_id", "=", row.call_out_id)
    .where(sql<boolean>`ticket_id = any(${ticketIds}::uuid[])`)
    .execute();
}

/** What a ticket of a call-out says: see `factsOf`. */
export type AttendedTicket = {
  ticketId: string;
  priority: Priority;
  isClosed: boolean;
  assigneeId: string | null;
  receivedAt: Instant;
  customerAt: Instant | null;
  replyAt: Instant | null;
  replyBy: string | null;
  /** Whether the customer is known to have the notice. */
  isProven: boolean;
  callAskedAt: Instant | null;
  /** The model alone says that it is urgent. */
  isByModel: boolean;
};

export async function readAttended(tx: Tx, deskId: DeskId, callOutId: string): Promise<AttendedTicket[]> {
  const { rows } = await sql<AttendedTicket>`
    select t.ticket_id as "ticketId", t.priority, t.state = 'closed' as "isClosed", t.assignee_id as "assigneeId",
      t.received_at as "receivedAt", theirs.at as "customerAt", ours.at as "replyAt", ours.agent_id as "replyBy",
      coalesce(c.stopped_at is not null or c.outcome = 'void', true) as "isProven", o.call_asked_at as "callAskedAt",
      coalesce(t.triage->>'by' = 'model', false) as "isByModel"
    from call_out_ticket o
    join ticket t on t.desk_id = o.desk_id and t.ticket_id = o.ticket_id
    left join clock c on c.desk_id = o.desk_id and c.ticket_id = o.ticket_id and c.target = 'response'
    left join lateral (
      select max(m.at) as at from message m
      where m.desk_id = o.desk_id and m.ticket_id = o.ticket_id and m.kind = 'customer') theirs on true
    left join lateral (
      select m.at, m.agent_id from message m
      where m.desk_id = o.desk_id and m.ticket_id = o.ticket_id and m.kind = 'agent'
      order by m.at desc, m.message_id desc limit 1) ours on true
    where o.desk_id = ${deskId} and o.call_out_id = ${callOutId} and o.left_at is null
    order by o.joined_at, o.ticket_id`.execute(tx);
  return rows;
}

/** The last step's deliveries that its pages have: by page, their states. */
export async function readDeliveryStates(tx: Tx, row: Pick<CallOutRow, "desk_id" | "call_out_id">, step: number) {
  const rows = await tx
    .selectFrom("page as p")
    .innerJoin("page_delivery as d", (join) =>
      join.onRef("d.desk_id", "=", "p.desk_id").onRef("d.page_id", "=", "p.page_id"),
    )
    .select("d.state")
    .where("p.desk_id", "=", row.desk_id)
    .where("p.call_out_id", "=", row.call_out_id)
    .where("p.step", "=", step)
    .execute();
  assert(step > 0, "a step has a number");
  return rows.map(({ state }) => state);
}
