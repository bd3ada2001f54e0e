import type { Texts } from "#lib/api/incident-types.ts";

export const SUGGESTION_STATES = ["new", "planned", "started", "shipped", "declined"] as const;
export type SuggestionState = (typeof SUGGESTION_STATES)[number];
export type Moderation = "waiting" | "approved" | "rejected";
export type About = "product" | "service";
export type Other = { id: string; title: string };

/** As everybody sees it. */
export type Suggestion = {
  id: string;
  about: About;
  title: string;
  text: string;
  language: string;
  state: SuggestionState;
  stateAt: string;
  reason: Texts | null;
  by: string | null;
  createdAt: string;
  votes: number;
  comments: number;
};

export type SuggestionEventType =
  | "proposed"
  | "approved"
  | "rejected"
  | "edited"
  | "state"
  | "merged-into"
  | "merged-from"
  | "comment-approved"
  | "comment-rejected"
  | "answered"
  | "linked-ticket";
export type SuggestionEvent = {
  at: string;
  type: SuggestionEventType;
  by: string | null;
  from: SuggestionState | null;
  to: SuggestionState | null;
  other: Other | null;
  votes: number | null;
  counted: number | null;
};

export type Said = {
  id: string;
  text: string;
  language: string;
  at: string;
  official: boolean;
  by: string | null;
  movedFrom: Other | null;
};

type Whole<Comment> = { mergedInto: Other | null; history: SuggestionEvent[]; said: Comment[] };
export type WholeSuggestion = Suggestion & Whole<Said>;

type Judged = { moderation: Moderation; moderationReason: string | null };
export type MySuggestion = Suggestion &
  Judged & { isMine: boolean; hasVoted: boolean; follows: boolean; mergedInto: Other | null };
/** As a customer sees it who is signed in. */
export type MyWholeSuggestion = MySuggestion & Whole<Said & Judged & { isMine: boolean }>;

type Proposer = { contactId: string; name: string; organisation: string | null };
export type AgentSuggestion = Suggestion &
  Judged & { proposer: Proposer | null; writtenBy: string | null; mergedInto: Other | null };
export type AgentWholeSuggestion = AgentSuggestion &
  Whole<Said & Judged & { proposer: Proposer | null }> & {
    version: number;
    followers: number;
    tickets: { id: string; number: number; subject: string; made: "suggestion" | "ticket" }[];
    news: { waiting: number; queued: number; others: number };
  };

export type WaitingItem = {
  suggestionId: string;
  commentId: string | null;
  title: string;
  text: string;
  language: string;
  at: string;
  proposer: Proposer | null;
};
export type SimilarSuggestion = { id: string; title: string; language: string; state: SuggestionState; votes: number };
