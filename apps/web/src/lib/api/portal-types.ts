import type { Priority, TicketState } from "#lib/api/types.ts";

/** A ticket as a customer's list shows it. */
export type CustomerTicketLine = {
  number: number;
  subject: string;
  state: TicketState;
  priority: Priority;
  receivedAt: string;
  closedAt: string | null;
  isOwn: boolean;
  contactName: string;
  lastAt: string;
  lastBy: "customer" | "agent";
  preview: string;
};

export type CustomerAttachment = {
  position: number;
  name: string;
  type: string;
  sizeBytes: number;
  inline: boolean;
  url: string;
};

export type CustomerMessage = {
  id: string;
  by: "customer" | "agent";
  name: string;
  at: string;
  text: string;
  reply: string;
  html: string | null;
  attachments: CustomerAttachment[];
};

export type Rating = "good" | "bad";
export type RatingStanding = { standing: "open" | "given" | "expired"; rating: Rating | null };

export type CustomerTicket = CustomerTicketLine & {
  version: number;
  answering: "open" | "reopens" | "new-ticket" | "read-only";
  clock: { notifiedAt: string | null; dueAt: string | null; sentences: string[] };
  rating: RatingStanding | null;
  messages: CustomerMessage[];
};

export type Upload = { id: string; name: string; sizeBytes: number };

export type OwnErasureRequest = {
  standing: "none" | "waiting" | "refused" | "withdrawn" | "erased";
  askedAt: string | null;
  reason: string;
};

export type RatingReport = { asked: number; answered: number; good: number; bad: number; satisfaction: number | null };

/** Of somebody who asked to have their data erased, as leads see it. */
export type ErasureRequest = {
  id: string;
  name: string;
  addresses: string[];
  askedAt: string;
  outcome: "erased" | "refused" | "withdrawn" | null;
  handledAt: string | null;
  handledBy: string | null;
  reason: string;
  tickets: number;
  openTickets: number[];
  elsewhere: number[];
};
