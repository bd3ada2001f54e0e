import type { DeskId, Tx } from "@permanence/database";
import { instant, type World } from "@permanence/kernel";
import { fingerprintsOf, isLikeSome } from "@permanence/tickets";
import { sql } from "kysely";
import { joinCallOut } from "./call-out-store.ts";

const WITHIN_MS = 2 * 3_600_000;
const MOST_COMPARED = 8;
/** Of those that run, the newest: a flood has just begun. */
const MOST_RUNNING = 50;

/**
 * Four hundred customers who write at once are one call-out: an urgent ticket joins one that runs since not long ago for
 * tickets of the same incident, or that say the same. It is not lost in it: a call-out goes on until each of its tickets has a
 * reply or is closed. Null where there is none.
 */
export async function joinAlike(tx: Tx, world: World, deskId: DeskId, ticketId: string): Promise<string | null> {
  const callOutId = (await findOfIncident(tx, deskId, ticketId)) ?? (await findAlike(tx, world, deskId, ticketId));
  if (callOutId !== null) await joinCallOut(tx, world, deskId, callOutId, ticketId);
  return callOutId;
}

async function findOfIncident(tx: Tx, deskId: DeskId, ticketId: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select o.call_out_id as id from incident_ticket mine
    join incident_ticket other on other.desk_id = mine.desk_id and other.incident_id = mine.incident_id
      and other.left_at is null
    join call_out_ticket o on o.desk_id = other.desk_id and o.ticket_id = other.ticket_id and o.left_at is null
    join call_out c on c.desk_id = o.desk_id and c.call_out_id = o.call_out_id and c.priority = 'urgent'
    where mine.desk_id = ${deskId} and mine.ticket_id = ${ticketId} and mine.left_at is null
    order by c.opened_at limit 1`.execute(tx);
  return rows[0]?.id ?? null;
}

async function findAlike(tx: Tx, world: World, deskId: DeskId, ticketId: string): Promise<string | null> {
  const { rows } = await sql<{ id: string; ticketIds: string[] }>`
    select c.call_out_id as id, (array_agg(o.ticket_id::text order by o.joined_at))[1:${MOST_COMPARED}] as "ticketIds"
    from call_out c
    join call_out_ticket o on o.desk_id = c.desk_id and o.call_out_id = c.call_out_id and o.left_at is null
    where c.desk_id = ${deskId} and c.priority = 'urgent' and not c.is_canary
      and c.next_at is not null and c.opened_at >= ${instant(world.clock.now() - WITHIN_MS)}
    group by c.call_out_id, c.opened_at order by c.opened_at desc limit ${MOST_RUNNING}`.execute(tx);
  if (rows.length === 0) return null;
  const [mine] = await fingerprintsOf(tx, deskId, [ticketId]);
  for (const { id, ticketIds } of rows) {
    const theirs = await fingerprintsOf(tx, deskId, ticketIds);
    if (
      mine &&
      isLikeSome(
        mine,
        theirs.map((fingerprint) => ({ item: null, fingerprint })),
      )
    )
      return id;
  }
  return null;
}
