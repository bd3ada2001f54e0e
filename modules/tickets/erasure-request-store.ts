import type { DeskId, Tx } from "@permanence/database";
import { type Instant, newId, type World } from "@permanence/kernel";
import type { Agent, Customer } from "@permanence/people";
import { sql } from "kysely";
import { closeAlertOf, raiseAlert } from "./alert-store.ts";

type Outcome = "erased" | "refused" | "withdrawn";

export type ErasureRequestRow = {
  desk_id: DeskId;
  erasure_request_id: string;
  contact_id: string;
  asked_at: Instant;
  handled_at: Instant | null;
  handled_by: string | null;
  outcome: Outcome | null;
  reason: string;
};

declare module "@permanence/database" {
  interface Tables {
    erasure_request: ErasureRequestRow;
  }
}

/** Asks, once while it waits; leads are told, since the law counts the days. */
export async function askForErasure(tx: Tx, world: World, { deskId, contactId }: Customer): Promise<void> {
  await sql`select from contact where desk_id = ${deskId} and contact_id = ${contactId} for update`.execute(tx);
  if ((await findNewestRequest(tx, deskId, contactId))?.handled_at === null) return;
  await tx
    .insertInto("erasure_request")
    .values({
      ...{ desk_id: deskId, erasure_request_id: newId(world), contact_id: contactId, asked_at: world.clock.now() },
      ...{ handled_at: null, handled_by: null, outcome: null, reason: "" },
    })
    .execute();
  await raiseAlert(tx, world, deskId, { kind: "erasure-asked", subject: contactId, detail: {} });
}

/** @returns whether one waited */
export async function withdrawErasure(tx: Tx, world: World, { deskId, contactId }: Customer): Promise<boolean> {
  const request = await findNewestRequest(tx, deskId, contactId);
  if (request === null) return false;
  return handleRequest(tx, world, request, { outcome: "withdrawn", agent: null, reason: "" });
}

export async function findNewestRequest(tx: Tx, deskId: DeskId, contactId: string): Promise<ErasureRequestRow | null> {
  const row = await tx
    .selectFrom("erasure_request")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("contact_id", "=", contactId)
    .orderBy("asked_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** Ends a request that waits; of two at once, one does. */
export async function handleRequest(
  tx: Tx,
  { clock }: World,
  { desk_id, erasure_request_id, contact_id }: ErasureRequestRow,
  { outcome, agent, reason }: { outcome: Outcome; agent: Agent | null; reason: string },
): Promise<boolean> {
  const now = clock.now();
  const { numUpdatedRows } = await tx
    .updateTable("erasure_request")
    .set({ outcome, reason, handled_at: now, handled_by: agent?.id ?? null })
    .where("desk_id", "=", desk_id)
    .where("erasure_request_id", "=", erasure_request_id)
    .where("handled_at", "is", null)
    .executeTakeFirst();
  if (numUpdatedRows === 1n) await closeAlertOf(tx, desk_id, { kind: "erasure-asked", subject: contact_id }, now);
  return numUpdatedRows === 1n;
}

export type ListedErasureRequest = ErasureRequestRow & {
  contact_name: string;
  addresses: string[];
  agent_name: string | null;
  /** How many tickets of theirs there are, and which are open still. */
  tickets: number;
  open_numbers: number[];
  /** Colleagues' tickets that they wrote in: an agent decides what of that has to go. */
  elsewhere: number[];
};

/** Those that wait first, the oldest of them foremost. */
export async function listErasureRequests(tx: Tx, deskId: DeskId, limit: number): Promise<ListedErasureRequest[]> {
  const { rows } = await sql<ListedErasureRequest>`
    ${listed(deskId)} order by r.handled_at is not null, coalesce(-r.handled_at, r.asked_at), r.erasure_request_id
    limit ${limit}`.execute(tx);
  return rows;
}

export async function findErasureRequest(tx: Tx, deskId: DeskId, id: string): Promise<ListedErasureRequest | null> {
  const { rows } = await sql<ListedErasureRequest>`
    ${listed(deskId)} and r.erasure_request_id = ${id}`.execute(tx);
  return rows[0] ?? null;
}

function listed(deskId: DeskId) {
  return sql`
    select r.*, c.name as contact_name, g.name as agent_name, own.tickets, own.open_numbers, a.addresses, other.elsewhere
    from erasure_request r
    join contact c on c.desk_id = r.desk_id and c.contact_id = r.contact_id
    left join agent g on g.desk_id = r.desk_id and g.agent_id = r.handled_by
    cross join lateral (
      select count(*)::int as tickets,
        coalesce(array_agg(t.number order by t.number) filter (where t.state <> 'closed'), '{}') as open_numbers
      from ticket t where t.desk_id = r.desk_id and t.contact_id = r.contact_id
    ) own
    cross join lateral (
      select coalesce(array_agg(address order by address), '{}') as addresses
      from contact_address where desk_id = r.desk_id and contact_id = r.contact_id
    ) a
    cross join lateral (
      select coalesce(array_agg(distinct t.number), '{}') as elsewhere
      from message m join ticket t on t.desk_id = m.desk_id and t.ticket_id = m.ticket_id
      where m.desk_id = r.desk_id and m.kind = 'customer' and lower(m.from_address) = any(a.addresses)
        and t.contact_id <> r.contact_id
    ) other
    where r.desk_id = ${deskId}`;
}
