import { announce, type DeskId, type Tx } from "@permanence/database";
import { type Instant, newId, type World } from "@permanence/kernel";
import { sql } from "kysely";
import { stemsOf } from "./stems.ts";
import type { EventType, SuggestionRow } from "./suggestion-tables.ts";
import { setFollow, setVote } from "./vote-store.ts";

type Proposal = Pick<SuggestionRow, "about" | "title" | "text" | "language" | "contact_id" | "agent_id" | "signed"> & {
  moderation: "waiting" | "approved";
};

/** Keeps a proposal. Who proposes is for it, and follows it. @returns its id */
export async function addSuggestion(
  tx: Tx,
  world: World,
  deskId: DeskId,
  proposal: Proposal,
  suggestionId = newId(world),
): Promise<string> {
  const now = world.clock.now();
  await tx
    .insertInto("suggestion")
    .values({
      ...{ desk_id: deskId, suggestion_id: suggestionId, ...proposal, words: stemsOf(proposal) },
      ...{ created_at: now, state: "new", state_at: now, reason: null },
      ...{ moderation_reason: null, merged_into: null },
    })
    .execute();
  const { contact_id: contactId, agent_id } = proposal;
  if (contactId !== null) {
    await setVote(tx, world, deskId, { suggestionId, contactId }, true);
    await setFollow(tx, world, deskId, { suggestionId, contactId }, true);
  }
  const actor = agent_id === null ? "customer" : `agent:${agent_id}`;
  await addEvent(tx, world, deskId, suggestionId, { type: "proposed", actor, data: {} });
  return suggestionId;
}

/** Locked until the transaction ends. */
export async function lockSuggestion(tx: Tx, deskId: DeskId, suggestionId: string): Promise<SuggestionRow | null> {
  const [row] = await lockSuggestions(tx, deskId, [suggestionId]);
  return row ?? null;
}

/** In the order of their ids, so that two who lock the same ones never wait for each other. */
export async function lockSuggestions(tx: Tx, deskId: DeskId, suggestionIds: string[]): Promise<SuggestionRow[]> {
  const rows = await tx
    .selectFrom("suggestion")
    .select(COLUMNS)
    .where("desk_id", "=", deskId)
    .where(sql<boolean>`suggestion_id = any(${suggestionIds}::uuid[])`)
    .orderBy("suggestion_id")
    .forNoKeyUpdate()
    .execute();
  return rows;
}

const COLUMNS = [
  ...(["desk_id", "suggestion_id", "about", "title", "text", "language", "contact_id", "agent_id"] as const),
  ...(["signed", "created_at", "state", "state_at", "reason", "moderation", "moderation_reason"] as const),
  ...(["merged_into", "votes", "version"] as const),
] as const;

/** The suggestion, locked; of one that was merged, the one that it leads to. */
export async function lockLeading(tx: Tx, deskId: DeskId, suggestionId: string): Promise<SuggestionRow | null> {
  let row = await lockSuggestion(tx, deskId, suggestionId);
  while (row?.merged_into) row = await lockSuggestion(tx, deskId, row.merged_into);
  return row;
}

type Change = Partial<
  Pick<
    SuggestionRow,
    | ("title" | "text" | "language" | "about" | "state" | "state_at" | "reason" | "moderation")
    | ("moderation_reason" | "merged_into")
  >
>;

export async function changeSuggestion(tx: Tx, row: SuggestionRow, change: Change): Promise<void> {
  const { reason, ...others } = change;
  const isReworded = ["title", "text", "language"].some((name) => name in change);
  await tx
    .updateTable("suggestion")
    .set({
      ...others,
      ...(reason !== undefined && { reason: reason && JSON.stringify(reason) }),
      ...(isReworded && { words: stemsOf({ ...row, ...change }) }),
      version: row.version + 1,
    })
    .where("desk_id", "=", row.desk_id)
    .where("suggestion_id", "=", row.suggestion_id)
    .execute();
}

/** `at`: now where it is missing. */
type NewEvent = { type: EventType; actor: string; data: Record<string, unknown>; at?: Instant };

/** @returns its id */
export async function addEvent(
  tx: Tx,
  world: World,
  deskId: DeskId,
  suggestionId: string,
  { data, at = world.clock.now(), ...event }: NewEvent,
): Promise<string> {
  const eventId = newId(world);
  await tx
    .insertInto("suggestion_event")
    .values({
      ...{ desk_id: deskId, suggestion_id: suggestionId, event_id: eventId, at },
      ...{ ...event, data: JSON.stringify(data) },
    })
    .execute();
  announce(tx, deskId, { type: "suggestion", suggestionId });
  return eventId;
}
