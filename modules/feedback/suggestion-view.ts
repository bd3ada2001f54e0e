import { z } from "@hono/zod-openapi";
import { IsoText } from "@permanence/people";
import { ABOUT, EVENT_TYPES, MODERATIONS, SUGGESTION_STATES } from "./suggestion-tables.ts";

// Suggestions as the API shows them: to everybody, to the customer who asks, and to agents.

const Other = z.object({ id: z.string(), title: z.string() });
const shown = {
  ...{ id: z.string(), about: z.enum(ABOUT), title: z.string(), text: z.string() },
  language: z.string().openapi({ description: "The one that it is written in." }),
  ...{ state: z.enum(SUGGESTION_STATES), stateAt: IsoText },
  reason: z
    .union([z.record(z.string(), z.string()), z.null()])
    .openapi({ description: "What the desk says of the state, by language." }),
  by: z.string().nullable().openapi({ description: "The first name of its proposer, where they let it be shown." }),
  createdAt: IsoText,
  ...{ votes: z.number().int(), comments: z.number().int() },
};

const saidBy = {
  ...{ id: z.string(), text: z.string(), language: z.string(), at: IsoText },
  official: z.boolean().openapi({ description: "The desk's own answer." }),
  by: z.string().nullable(),
  movedFrom: z.union([Other, z.null()]).openapi({ description: "The suggestion, merged since, that it was said of." }),
};

const History = z.object({
  ...{ at: IsoText, type: z.enum(EVENT_TYPES), by: z.string().nullable() },
  ...{ from: z.enum(SUGGESTION_STATES).nullable(), to: z.enum(SUGGESTION_STATES).nullable() },
  other: z
    .union([Other, z.null()])
    .openapi({ description: "The one that it was merged into, or that was merged into it." }),
  votes: z.number().int().nullable().openapi({ description: "Of a merge: how many moved." }),
  counted: z.number().int().nullable().openapi({ description: "Of these, how many were not there yet." }),
});

const whole = {
  mergedInto: z.union([Other, z.null()]),
  history: z.array(History),
};

export const SuggestionView = z.object(shown).openapi("Suggestion");
export const WholeSuggestion = z
  .object({ ...shown, ...whole, said: z.array(z.object(saidBy)) })
  .openapi("WholeSuggestion");

const mine = {
  mergedInto: whole.mergedInto,
  isMine: z.boolean(),
  ...{ votes: z.number().int(), hasVoted: z.boolean(), follows: z.boolean() },
  moderation: z.enum(MODERATIONS).openapi({ description: "Others see what is approved alone." }),
  moderationReason: z.string().nullable(),
};
export const MySuggestion = z.object({ ...shown, ...mine }).openapi("MySuggestion");
export const MyWholeSuggestion = z
  .object({
    ...{ ...shown, ...whole, ...mine },
    said: z.array(
      z.object({
        ...{ ...saidBy, isMine: z.boolean(), moderation: z.enum(MODERATIONS) },
        moderationReason: z.string().nullable(),
      }),
    ),
  })
  .openapi("MyWholeSuggestion");

const Person = z.object({
  ...{ contactId: z.string(), name: z.string(), organisation: z.string().nullable() },
});
const judged = {
  ...{ proposer: z.union([Person, z.null()]), writtenBy: z.string().nullable() },
  ...{ moderation: z.enum(MODERATIONS), moderationReason: z.string().nullable() },
  mergedInto: whole.mergedInto,
};
export const AgentSuggestion = z.object({ ...shown, ...judged }).openapi("AgentSuggestion");
export const AgentWholeSuggestion = z
  .object({
    ...{ ...shown, ...whole, ...judged, followers: z.number().int(), version: z.number().int() },
    said: z.array(
      z.object({
        ...{ ...saidBy, proposer: z.union([Person, z.null()]), moderation: z.enum(MODERATIONS) },
        moderationReason: z.string().nullable(),
      }),
    ),
    tickets: z.array(
      z.object({
        ...{ id: z.string(), number: z.number().int(), subject: z.string() },
        made: z.enum(["suggestion", "ticket"]).openapi({ description: "Which of both came of the other." }),
      }),
    ),
    news: z
      .object({ waiting: z.number().int(), queued: z.number().int(), others: z.number().int() })
      .openapi({ description: "Of all changes of state: followers who are to be told, were mailed, or could not be." }),
  })
  .openapi("AgentWholeSuggestion");

export const WaitingItem = z
  .object({
    ...{ suggestionId: z.string(), commentId: z.string().nullable(), title: z.string(), text: z.string() },
    ...{ language: z.string(), at: IsoText, proposer: z.union([Person, z.null()]) },
  })
  .openapi("WaitingSuggestionItem");

export const SimilarView = z.object({
  items: z.array(
    z.object({
      ...{ id: z.string(), title: z.string(), language: z.string() },
      ...{ state: z.enum(SUGGESTION_STATES), votes: z.number().int() },
    }),
  ),
});
