import type { DeskId, Tx } from "@permanence/database";
import { newToken, type World } from "@permanence/kernel";
import { sql } from "kysely";

/** A contact's place at a suggestion, which the caller has locked. */
export type Place = { suggestionId: string; contactId: string };

/** Gives a contact's one vote, or takes it back; again, it changes nothing. */
export async function setVote(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { suggestionId, contactId }: Place,
  wanted: boolean,
): Promise<void> {
  if (wanted) {
    await tx
      .insertInto("suggestion_vote")
      .values({ desk_id: deskId, suggestion_id: suggestionId, contact_id: contactId, at: world.clock.now() })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  } else {
    await tx
      .deleteFrom("suggestion_vote")
      .where("desk_id", "=", deskId)
      .where("suggestion_id", "=", suggestionId)
      .where("contact_id", "=", contactId)
      .execute();
  }
  await countVotes(tx, deskId, [suggestionId]);
}

/** Follows, or ends it; again, it changes nothing. */
export async function setFollow(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { suggestionId, contactId }: Place,
  wanted: boolean,
): Promise<void> {
  const at = world.clock.now();
  if (wanted) {
    await tx
      .insertInto("suggestion_follow")
      .values({
        ...{ desk_id: deskId, suggestion_id: suggestionId, contact_id: contactId, at, token: newToken(world) },
        ended_at: null,
      })
      .onConflict((conflict) =>
        conflict.columns(["desk_id", "suggestion_id", "contact_id"]).doUpdateSet({ ended_at: null }),
      )
      .execute();
    return;
  }
  await tx
    .updateTable("suggestion_follow")
    .set({ ended_at: at })
    .where("desk_id", "=", deskId)
    .where("suggestion_id", "=", suggestionId)
    .where("contact_id", "=", contactId)
    .where("ended_at", "is", null)
    .execute();
}

/** What the rows say is written down again. */
export async function countVotes(tx: Tx, deskId: DeskId, suggestionIds: string[]): Promise<void> {
  await sql`
    update suggestion s set votes = (
      select count(*) from suggestion_vote v where v.desk_id = s.desk_id and v.suggestion_id = s.suggestion_id)
    where s.desk_id = ${deskId} and s.suggestion_id = any(${suggestionIds}::uuid[])`.execute(tx);
}

/** The follow that a mail's link is of, with the suggestion that it leads to now. */
export async function findFollow(tx: Tx, deskId: DeskId, token: string) {
  const { rows } = await sql<{ contactId: string; title: string; isFollowing: boolean; places: string[] }>`
    with recursive way as (
      select s.suggestion_id, s.title, s.merged_into, 0 as step, f.contact_id
      from suggestion_follow f join suggestion s on s.desk_id = f.desk_id and s.suggestion_id = f.suggestion_id
      where f.desk_id = ${deskId} and f.token = ${token}
      union all
      select s.suggestion_id, s.title, s.merged_into, way.step + 1, way.contact_id
      from way join suggestion s on s.desk_id = ${deskId} and s.suggestion_id = way.merged_into
    )
    select w.contact_id as "contactId", w.title, all_places.places,
      exists (select from suggestion_follow f
        where f.desk_id = ${deskId} and f.suggestion_id = w.suggestion_id and f.contact_id = w.contact_id
          and f.ended_at is null) as "isFollowing"
    from way w, (select array_agg(suggestion_id) as places from way) all_places
    order by w.step desc limit 1`.execute(tx);
  return rows[0] ?? null;
}
