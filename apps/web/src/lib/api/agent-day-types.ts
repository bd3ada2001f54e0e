import type { Priority } from "#lib/api/types.ts";

export type Named = { id: string; name: string };

export const TAG_COLOURS = ["grey", "blue", "teal", "green", "amber", "red"] as const;
export type TagColour = (typeof TAG_COLOURS)[number];
export type Tag = Named & { colour: TagColour };
export type VersionedTag = Tag & { version: number };

export type Team = Named & { version: number; members: Named[] };
export type Spoken = { agentId: string; languages: string[] };

export type ViewFilter = {
  states: ("new" | "open" | "waiting" | "on-hold")[];
  closed: boolean;
  priorities: Priority[];
  teams: string[];
  assignee: string | null;
  tags: string[];
  languages: string[];
  organisationId: string | null;
  snoozed: "hidden" | "only" | "shown";
  breached: boolean;
};

export type TicketView = {
  id: string;
  kind: "built-in" | "shared" | "own";
  name: string | null;
  filter: ViewFilter;
  version: number;
  /** Exact to 1,000; 1,001 is more. */
  count: number;
};

export type AssignmentRule = {
  name: string;
  on: boolean;
  when: {
    priorities: Priority[];
    languages: string[];
    organisationIds: string[];
    tagIds: string[];
    mailboxes: string[];
    signs: string[];
  };
  give: { tagIds: string[]; teamId: string | null; agentId: string | null; leastLoaded: boolean };
};

export type AssignmentPreview = {
  looked: number;
  items: {
    name: string;
    count: number;
    tickets: { id: string; number: number; subject: string; to: string | null }[];
  }[];
};

export const SNOOZE_NAMES = ["later-today", "tomorrow", "next-working-day"] as const;
export type SnoozeTimes = Record<(typeof SNOOZE_NAMES)[number], string | null>;

export const NEWS_KINDS = ["assigned", "team", "reply", "mention", "breach-near"] as const;
export type NewsKind = (typeof NEWS_KINDS)[number];
export type News = {
  id: string;
  kind: NewsKind;
  ticket: { id: string; number: number; subject: string };
  by: string | null;
  at: string;
  seenAt: string | null;
};
export type NewsList = { items: News[]; unseen: number };
export type NewsChoices = Record<NewsKind, { page: boolean; mail: boolean }>;

export type KeyChoices = { enabled: boolean; keys: Record<string, string> };

export type Present = Named & { state: "looking" | "typing" };
