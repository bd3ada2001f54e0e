import type { Priority } from "#lib/api/types.ts";

export const PRIORITIES = ["urgent", "high", "normal", "low"] as const satisfies Priority[];

/** When people are at work: now where `opensAt` is past; null: by this calendar never again. */
export type Opening = { opensAt: string; closesAt: string | null } | null;

export type SitePromise = {
  priority: Priority;
  targetMs: number;
  countsAlways: boolean;
  staffedAlways: boolean;
  opening: Opening;
};

/** A desk as its public site shows it. */
export type Site = {
  slug: string;
  name: string;
  languages: string[];
  timeZone: string;
  now: string;
  mailbox: string;
  company: { name: string; country: string | null; vatNumber: string | null };
  style: string | null;
  logo: string | null;
  opening: Opening;
  isHoliday: boolean;
  promises: SitePromise[];
  pages: { name: string; title: string }[];
};

/** A customer who is signed in. */
export type Customer = { id: string; address: string; name: string; language: string; organisation: string | null };

/** A run of letters of one kind in a desk's own page. */
export type TextSpan = { text: string; strong?: true; emphasis?: true; code?: true; href?: string };

export type TextBlock =
  | { kind: "heading"; level: 2 | 3; spans: TextSpan[] }
  | { kind: "paragraph"; spans: TextSpan[] }
  | { kind: "list"; ordered: boolean; items: TextBlock[][] }
  | { kind: "quote"; blocks: TextBlock[] }
  | { kind: "code"; text: string };

type Question = { question: string; answers: { answer: string; words: string }[] };

/** What the form asks, and what the answers make a request. */
export type FormQuestions = {
  questions: Record<"kind" | "stopped" | "around", Question>;
  /** For one request: another each time that the form is asked for. */
  key: string;
  table: { question: Priority; wish: Priority; fault: Record<string, Record<string, Priority>> };
};

export type RequestReceipt = { number: number; priority: Priority; signature: string; shown: string };

/** How a request stands, for whoever has its own link. */
export type RequestStanding = {
  number: number;
  subject: string;
  state: "new" | "open" | "waiting" | "on-hold" | "closed";
  priority: Priority;
  receivedAt: string;
  dueAt: string | null;
  notifiedAt: string | null;
  opening: Opening;
  now: string;
};
