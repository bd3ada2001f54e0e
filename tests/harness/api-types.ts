// What the tests read of the API's answers.

export type Clock = {
  target: "response" | "first-reply" | "next-reply" | "resolution";
  startedAt: string;
  dueAt: string;
  stoppedAt: string | null;
  outcome: "running" | "pending" | "met" | "breached" | "void";
  receipt: string | null;
};

export type Ticket = {
  id: string;
  number: number;
  subject: string;
  state: "new" | "open" | "waiting" | "on-hold" | "closed";
  closedAs: string | null;
  priority: string;
  language: string;
  contact: { id: string; name: string; address: string };
  source: "mail" | "agent" | "history";
  linkedTicket: { id: string; number: number } | null;
  receivedAt: string;
  clocks: Clock[];
};

export type Message = {
  id: string;
  kind: "customer" | "agent" | "note";
  from: { name: string; address: string };
  at: string;
  text: string;
  reply: string;
  hasHtml: boolean;
  inboundMailId: string | null;
  attachments: { position: number; name: string; sizeBytes: number }[];
};

export type InboundMail = {
  id: string;
  kind: "ticket" | "reply" | "report" | "auto-reply" | "quarantined" | "held" | "duplicate" | null;
  from: { name: string; address: string } | null;
  subject: string | null;
  ticketId: string | null;
  reason: string | null;
  receivedAt: string;
  warnings: string[];
  sender: "proven" | "unproven" | "forged";
  sizeBytes: number;
};

export type OutgoingMail = {
  id: string;
  ticketId: string | null;
  purpose: "notice" | "reply";
  to: string;
  subject: string;
  state: "queued" | "sent" | "failed";
  attempts: number;
  lastError: string | null;
  evidence: { rung: string; at: string; source: string }[];
};

export type OutgoingMailWhole = OutgoingMail & {
  text: string;
  headers: { from: string; replyTo: string; messageId: string };
};

export type List<T> = { items: T[]; next: string | null };
