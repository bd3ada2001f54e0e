import { addJob, type DeskId, type Tx } from "@permanence/database";
import { canonicalJson, type World } from "@permanence/kernel";
import type { Texts } from "@permanence/tickets";
import { sql } from "kysely";
import { addEvent, changeSuggestion } from "./suggestion-store.ts";
import type { SuggestionRow, SuggestionState } from "./suggestion-tables.ts";

/** The task that tells one follower of one change of state. */
export const SUGGESTION_NEWS = "suggestion-news";
export type SuggestionNewsJob = { deskId: DeskId; eventId: string; contactId: string };

/**
 * Gives a suggestion another state, and has everybody told who follows it. The same state with the same reason changes
 * nothing, and tells nobody.
 * @param suggestion locked
 */
export async function changeState(
  tx: Tx,
  world: World,
  suggestion: SuggestionRow,
  { state, reason, actor }: { state: SuggestionState; reason: Texts | null; actor: string },
): Promise<"done" | "needs-reason" | "not-shown" | "merged"> {
  if (suggestion.merged_into !== null) return "merged";
  if (suggestion.moderation !== "approved") return "not-shown";
  if (state === "declined" && reason === null) return "needs-reason";
  const { state: from } = suggestion;
  if (from === state && canonicalJson(reason) === canonicalJson(suggestion.reason)) return "done";
  const at = world.clock.now(); // One instant for both: news of a state whose instant is another's are overtaken.
  const state_at = from === state ? suggestion.state_at : at;
  await changeSuggestion(tx, suggestion, { state, reason, state_at });
  const { desk_id: deskId, suggestion_id: suggestionId } = suggestion;
  const eventId = await addEvent(tx, world, deskId, suggestionId, {
    ...{ type: "state", actor, at, data: { from, to: state, reason } },
  });
  if (from !== state) await tellFollowers(tx, world, { deskId, suggestionId, eventId });
  return "done";
}

type News = { deskId: DeskId; suggestionId: string; eventId: string };

/** Each has a job of their own: ten thousand followers hold up nothing. */
async function tellFollowers(tx: Tx, world: World, { deskId, suggestionId, eventId }: News): Promise<void> {
  const { rows } = await sql<{ contactId: string }>`
    insert into suggestion_news (desk_id, event_id, contact_id, suggestion_id, made_at)
    select desk_id, ${eventId}, contact_id, suggestion_id, ${world.clock.now()} from suggestion_follow
    where desk_id = ${deskId} and suggestion_id = ${suggestionId} and ended_at is null
    returning contact_id as "contactId"`.execute(tx);
  for (const { contactId } of rows) addNewsJob(tx, { deskId, eventId, contactId });
}

export function addNewsJob(tx: Tx, job: SuggestionNewsJob): void {
  addJob(tx, SUGGESTION_NEWS, job, { key: `suggestion-news:${job.eventId}:${job.contactId}` });
}
