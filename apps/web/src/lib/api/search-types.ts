import type { Ticket } from "#lib/api/types.ts";

/** `marks` are pairs of places in the text, from and until. */
export type Marked = { text: string; marks: [number, number][] };

export type FilterName =
  | "is"
  | "priority"
  | "state"
  | "org"
  | "from"
  | "assignee"
  | "team"
  | "tag"
  | "lang"
  | "has"
  | "before"
  | "after";

export type SearchAnswer = {
  tickets: { ticket: Ticket; subject: Marked | null; said: (Marked & { messageId: string }) | null }[];
  contacts: { id: string; name: string; address: string; organisation: string | null }[];
  organisations: { id: string; name: string }[];
  corrected: { typed: string; read: string[] }[];
  unread: { name: FilterName; value: string; possible: string }[];
};
