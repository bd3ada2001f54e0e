import type { Tx } from "@permanence/database";
import { newToken, type World } from "@permanence/kernel";
import { sql } from "kysely";
import { addEvent, changeSuggestion } from "./suggestion-store.ts";
import type { SuggestionRow } from "./suggestion-tables.ts";
import { countVotes } from "./vote-store.ts";

/**
 * Merges one suggestion into another: votes, followers and comments move, and it leads there from now on. Who voted for both
 * counts once. Who ended following the other stays without its mails, also where they follow this one.
 * @param from, into both locked, neither merged before
 */
export async function mergeSuggestions(
  tx: Tx,
  world: World,
  from: SuggestionRow,
  into: SuggestionRow,
  actor: string,
): Promise<void> {
  const places = { deskId: from.desk_id, fromId: from.suggestion_id, intoId: into.suggestion_id };
  const moved = await moveVotes(tx, places);
  await moveFollows(tx, world, places);
  const comments = await moveComments(tx, places);
  await countVotes(tx, from.desk_id, [from.suggestion_id, into.suggestion_id]);
  await changeSuggestion(tx, from, { merged_into: into.suggestion_id });
  await changeSuggestion(tx, into, {});
  const data = { votes: from.votes, counted: moved, comments };
  await addEvent(tx, world, from.desk_id, from.suggestion_id, {
    ...{ type: "merged-into", actor, data: { ...data, suggestionId: into.suggestion_id } },
  });
  await addEvent(tx, world, from.desk_id, into.suggestion_id, {
    ...{ type: "merged-from", actor, data: { ...data, suggestionId: from.suggestion_id } },
  });
}

type Places = { deskId: string; fromId: string; intoId: string };

/** @returns how many were not there yet */
async function moveVotes(tx: Tx, { deskId, fromId, intoId }: Places): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    with moved as (
      delete from suggestion_vote where desk_id = ${deskId} and suggestion_id = ${fromId} returning contact_id, at
    )
    insert into suggestion_vote (desk_id, suggestion_id, contact_id, at)
    select ${deskId}, ${intoId}, contact_id, at from moved
    on conflict (desk_id, suggestion_id, contact_id) do nothing`.execute(tx);
  return Number(numAffectedRows);
}

/** The rows of the one that was merged stay, for the links in their mails. */
async function moveFollows(tx: Tx, world: World, { deskId, fromId, intoId }: Places): Promise<void> {
  const { rows } = await sql<{ contactId: string }>`
    select f.contact_id as "contactId" from suggestion_follow f
    where f.desk_id = ${deskId} and f.suggestion_id = ${fromId} and f.ended_at is null
      and not exists (select from suggestion_follow o
        where o.desk_id = f.desk_id and o.suggestion_id = ${intoId} and o.contact_id = f.contact_id)
    order by f.contact_id`.execute(tx);
  const made = rows.map(({ contactId }) => ({ contact_id: contactId, token: newToken(world) }));
  await sql`
    insert into suggestion_follow (desk_id, suggestion_id, contact_id, at, token)
    select ${deskId}, ${intoId}, contact_id, ${world.clock.now()}, token
    from json_to_recordset(${JSON.stringify(made)}::json) as m (contact_id uuid, token text)`.execute(tx);
}

async function moveComments(tx: Tx, { deskId, fromId, intoId }: Places): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    update suggestion_comment set suggestion_id = ${intoId}, moved_from = coalesce(moved_from, ${fromId})
    where desk_id = ${deskId} and suggestion_id = ${fromId}`.execute(tx);
  return Number(numAffectedRows);
}
