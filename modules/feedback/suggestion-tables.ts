import type { DeskId } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import type { Texts } from "@permanence/tickets";
import type { ColumnType, Generated } from "kysely";

export const ABOUT = ["product", "service"] as const;
export type About = (typeof ABOUT)[number];
export const SUGGESTION_STATES = ["new", "planned", "started", "shipped", "declined"] as const;
export type SuggestionState = (typeof SUGGESTION_STATES)[number];
export const MODERATIONS = ["waiting", "approved", "rejected"] as const;
export type Moderation = (typeof MODERATIONS)[number];
/** In these, suggestions are written. */
export const LANGUAGES = ["fr", "nl", "en"] as const;

export const EVENT_TYPES = [
  "proposed",
  "approved",
  "rejected",
  "edited",
  "state",
  "merged-into",
  "merged-from",
  "comment-approved",
  "comment-rejected",
  "answered",
  "linked-ticket",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export type SuggestionRow = {
  desk_id: DeskId;
  suggestion_id: string;
  about: About;
  title: string;
  text: string;
  language: string;
  contact_id: string | null;
  agent_id: string | null;
  signed: boolean;
  created_at: Instant;
  state: SuggestionState;
  state_at: Instant;
  reason: Texts | null;
  moderation: Moderation;
  moderation_reason: string | null;
  merged_into: string | null;
  votes: number;
  version: number;
};

type Json<T> = ColumnType<T, string | null, string | null>;

declare module "@permanence/database" {
  interface Tables {
    suggestion: Omit<SuggestionRow, "reason" | "votes" | "version"> & {
      reason: Json<Texts | null>;
      votes: Generated<number>;
      version: Generated<number>;
      words: ColumnType<never, string, string>;
    };
    suggestion_vote: { desk_id: DeskId; suggestion_id: string; contact_id: string; at: Instant };
    suggestion_follow: {
      desk_id: DeskId;
      suggestion_id: string;
      contact_id: string;
      at: Instant;
      token: string;
      ended_at: Instant | null;
    };
    suggestion_comment: {
      desk_id: DeskId;
      comment_id: string;
      suggestion_id: string;
      contact_id: string | null;
      agent_id: string | null;
      official: boolean;
      text: string;
      language: string;
      signed: boolean;
      at: Instant;
      moderation: Moderation;
      moderation_reason: string | null;
      moved_from: string | null;
    };
    suggestion_event: {
      desk_id: DeskId;
      suggestion_id: string;
      event_id: string;
      at: Instant;
      type: EventType;
      actor: string;
      data: ColumnType<Record<string, unknown>, string, never>;
    };
    suggestion_news: {
      desk_id: DeskId;
      event_id: string;
      contact_id: string;
      suggestion_id: string;
      made_at: Instant;
      done_at: Instant | null;
      outcome: string | null;
    };
    suggestion_ticket: {
      desk_id: DeskId;
      suggestion_id: string;
      ticket_id: string;
      made: "suggestion" | "ticket";
      at: Instant;
      made_by: string;
    };
  }
}
