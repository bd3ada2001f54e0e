import type { Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { detectLanguage } from "@permanence/language";
import type { Customer, Desk } from "@permanence/people";
import { addComment } from "./comment-store.ts";
import { countWaitingOf } from "./moderation.ts";
import { addSuggestion, lockLeading } from "./suggestion-store.ts";
import type { About, SuggestionRow } from "./suggestion-tables.ts";
import { setFollow, setVote } from "./vote-store.ts";

type Proposal = { about: About; title: string; text: string; language: string | undefined; signed: boolean };

/** More of one person's does not wait at a time. */
const MOST_WAITING = 20;

/** A customer proposes something: theirs at once, the others' once an agent approved it. @returns its id */
export async function propose(
  tx: Tx,
  world: World,
  desk: Desk,
  customer: Customer,
  { language, ...proposal }: Proposal,
): Promise<{ id: string } | "too-many"> {
  if ((await countWaitingOf(tx, desk.deskId, customer.contactId)) >= MOST_WAITING) return "too-many";
  const id = await addSuggestion(tx, world, desk.deskId, {
    ...{ ...proposal, contact_id: customer.contactId, agent_id: null, moderation: "waiting" },
    language: language ?? languageOf(desk, customer, `${proposal.title}\n${proposal.text}`),
  });
  return { id };
}

/** The suggestion that a customer may act on, locked: an approved one or their own, and the one that it leads to. */
async function lockVisible(tx: Tx, desk: Desk, { contactId }: Customer, id: string): Promise<SuggestionRow | null> {
  const row = await lockLeading(tx, desk.deskId, id);
  const isVisible = row !== null && (row.moderation === "approved" || row.contact_id === contactId);
  return isVisible ? row : null;
}

/** Votes or follows, or takes it back; again, it changes nothing. @returns the id of the one that it counts for */
export async function stand(
  tx: Tx,
  world: World,
  desk: Desk,
  customer: Customer,
  { id, as, wanted }: { id: string; as: "vote" | "follow"; wanted: boolean },
): Promise<string | null> {
  const row = await lockVisible(tx, desk, customer, id);
  if (row === null) return null;
  const place = { suggestionId: row.suggestion_id, contactId: customer.contactId };
  await (as === "vote" ? setVote : setFollow)(tx, world, desk.deskId, place, wanted);
  return row.suggestion_id;
}

/** @returns the suggestion that it stands at */
export async function comment(
  tx: Tx,
  world: World,
  desk: Desk,
  customer: Customer,
  { id, text, signed }: { id: string; text: string; signed: boolean },
): Promise<{ at: string } | "not-found" | "too-many"> {
  const row = await lockVisible(tx, desk, customer, id);
  if (row === null) return "not-found";
  if ((await countWaitingOf(tx, desk.deskId, customer.contactId)) >= MOST_WAITING) return "too-many";
  const { contactId } = customer;
  const language = languageOf(desk, customer, text);
  await addComment(tx, world, desk.deskId, {
    ...{ suggestionId: row.suggestion_id, contactId, agentId: null, text, language, signed },
  });
  return { at: row.suggestion_id };
}

function languageOf({ settings: { languages } }: Desk, { language }: Customer, text: string): string {
  return detectLanguage(text, { among: languages, prior: [language, ...languages] });
}
