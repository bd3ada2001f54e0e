// What the HTTP API answers, as /api/v1/openapi.json has it. Times are ISO 8601 strings in UTC.

import type { Tag } from "#lib/api/agent-day-types.ts";

export type Page<T> = { items: T[]; next: string | null };

export type TicketState = "new" | "open" | "waiting" | "on-hold" | "closed";
export type ClosedAs = "solved" | "workaround" | "duplicate" | "not-a-request";
export type Priority = "urgent" | "high" | "normal" | "low";
export type Outcome = "running" | "pending" | "met" | "breached" | "void";
export type Receipt = "presumed" | "delivered" | "displayed";
export type Rung = "queued" | "handed-over" | "presumed" | "delivered" | "displayed" | "failed";

/** Somebody who works at the desk. */
export type AgentSummary = { id: string; name: string; email: string; role: string };

export type Me = {
  agent: { id: string; name: string; email: string; role: string; language: string };
  desk: {
    id: string;
    slug: string;
    name: string;
    languages: string[];
    timeZone: string;
    accent: string | null;
    mailboxes: string[];
  };
  relay: "smtp" | "mailroom";
  now: string;
};

/** What anybody may know of the desk. */
export type DoorPlate = {
  slug: string;
  name: string;
  languages: string[];
  mailboxes: string[];
  relay: "smtp" | "mailroom";
};

export type Counts = {
  open: number;
  new: number;
  waiting: number;
  onHold: number;
  closed: number;
  quarantined: number;
  held: number;
  dueSoon: number;
  breached: number;
  alerts: number;
  toClassify: number;
};

export type BlockedSender = { address: string; since: string };

export type Alert = {
  id: string;
  kind:
    | ("held" | "notice-failed" | "clock-warning" | "mailbox-failing" | "relay-away" | "clock-disagrees")
    | ("page-failed" | "canary-failed" | "duty-gap" | "incident-offered" | "erasure-asked");
  sentence: string;
  ticketId: string | null;
  raisedAt: string;
  mailedAt: string | null;
  seenAt: string | null;
};

export type Clock = {
  target: "response" | "first-reply" | "next-reply" | "resolution";
  startedAt: string;
  dueAt: string;
  stoppedAt: string | null;
  outcome: Outcome;
  receipt: Receipt | null;
  cause: "raised" | null;
  pausedAt: string | null;
  published: boolean;
  warned: number | null;
};

type Stretch = { from: string; until: string | null };

export type ExplainedClock = Pick<Clock, "target" | "startedAt" | "dueAt" | "stoppedAt" | "pausedAt" | "outcome"> & {
  title: string;
  sentences: string[];
  counted: Stretch[];
  isCut: boolean;
  stood: (Stretch & { state: string })[];
  facts: { rung: "handed-over" | "delivered" | "displayed" | "failed"; at: string; moves: boolean }[];
};

/** Why each clock of a ticket stands where it does. */
export type ClockExplanation = { asOf: string; items: ExplainedClock[] };

type Version<Document> = { name: string; version: number; holdsFrom: string; madeBy: string; document: Document };

export type ResponseTarget = { target: number; demands: Receipt; waiting: number; calendar?: string };
export type PromisedTarget = {
  published: boolean;
  pauses: ("waiting" | "on-hold")[];
  by: Record<Priority, { target: number; calendar: string }>;
};

/** Durations in milliseconds; calendars by their names, or "always". */
/** What the desk does by itself where a target runs out. */
export type EscalationRule = {
  target: Clock["target"];
  priority?: Priority;
  at: number | "breach";
  raise?: Priority;
  assign?: string;
};

export type Contract = {
  organisation: { id: string; name: string };
  policy: string | null;
  holdsFrom: string;
  madeBy: string;
  madeAt: string;
};

export type PolicyVersion = Version<{
  response: Record<Priority, ResponseTarget>;
  targets: Partial<Record<"firstReply" | "nextReply" | "resolution", PromisedTarget>>;
  warnings: { at: number[]; tell: number[] };
  escalation: EscalationRule[];
}>;

type DaySpan = [from: string, until: string];
export type Weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

export type CalendarVersion = Version<{
  timeZone: string;
  week: Partial<Record<Weekday, DaySpan[]>>;
  holidays: (string | { day: string; name?: string; closed?: DaySpan[] })[];
  openings?: { day: string; name?: string; hours: DaySpan[] }[];
}>;

/** When tickets would be due, and the open hours of that week. */
export type PolicyPreview = {
  cases: { receivedAt: string; due: Record<string, Record<Priority, string | null>> }[];
  weeks: { calendar: string; timeZone: string; spans: { opensAt: string; closesAt: string }[] }[];
};

export type HolidayPlace = { code: string; name: string };
export type PublicHoliday = { name: string; kind: string; days: CalendarVersion["document"]["holidays"] };

/** Counts of one kind of clock. */
export type Figures = Record<
  "tickets" | "met" | "breached" | "raised" | "pending" | "running" | "void" | "proven" | "presumed",
  number
> & {
  attainment: number | null;
  spread: {
    count: number;
    p50Ms: number | null;
    p90Ms: number | null;
    worstMs: number | null;
    steps: { upToMs: number | null; count: number }[];
  };
};

export type AttainmentReport = {
  target: Clock["target"];
  from: string;
  to: string;
  timeZone: string;
  asOf: string;
  total: Figures;
  months: { month: string; figures: Figures }[];
  priorities: { priority: Priority; figures: Figures }[];
  organisations: { organisation: { id: string; name: string } | null; figures: Figures }[];
  hours: { tickets: number; late: number }[];
};

/** A ticket behind a number of the report. */
export type ReportedTicket = {
  id: string;
  number: number;
  subject: string;
  priority: Priority;
  customer: string;
  organisation: { id: string; name: string } | null;
  clock: Pick<Clock, "startedAt" | "dueAt" | "stoppedAt" | "outcome" | "receipt" | "cause"> & {
    durationMs: number | null;
  };
};

/** Whether a proof file holds, and what it says. */
export type ProofExamination = {
  holds: boolean;
  verdict: string;
  findings: { code: string; holds: boolean; sentence: string }[];
  proof: {
    desk: string;
    ticket: number;
    madeAt: string;
    timeZone: string;
    key: string;
    clocks: { title: string; outcome: Outcome; sentences: string[] }[];
  } | null;
};

export type Ticket = {
  id: string;
  number: number;
  subject: string;
  state: TicketState;
  closedAs: ClosedAs | null;
  closedAt: string | null;
  priority: Priority;
  priorityReason: string;
  toBeClassified: boolean;
  language: string;
  source: "mail" | "agent" | "history" | "form";
  contact: { id: string; name: string; address: string };
  organisation: { id: string; name: string } | null;
  assignee: { id: string; name: string } | null;
  team: { id: string; name: string } | null;
  tags: Tag[];
  /** Put aside. `until` null: until the customer writes; `backAt` null: only then. */
  snooze: { until: string | null; backAt: string | null } | null;
  receivedAt: string;
  updatedAt: string;
  version: number;
  linkedTicket: { id: string; number: number } | null;
  clocks: Clock[];
  queuedBy: Clock["target"] | null;
  notice: { rung: Exclude<Rung, "failed">; failed: boolean } | null;
};

export type Attachment = {
  position: number;
  name: string;
  type: string;
  sizeBytes: number;
  inline: boolean;
  isMessage: boolean;
  url: string;
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
  outgoingMailId: string | null;
  /** Whether it proves to be from where it says; null for what is no customer's mail. */
  sender: "proven" | "unproven" | "forged" | null;
  authentication:
    | (Record<"spf" | "dkim" | "dmarc" | "arc", CheckResult> & { by: string; domain: string | null })
    | null;
  invitation: Invitation | null;
  protection: Protection | null;
  /** Of what an agent sent; null: the customer alone. */
  recipients: { to: string[]; cc: string[]; bcc: string[] } | null;
  attachments: Attachment[];
};

type InvitationTime = { local: string; at: string | null };

/** What a mail's calendar proposes. */
export type Invitation = {
  method: string;
  summary: string;
  description: string;
  start: InvitationTime | null;
  end: InvitationTime | null;
  timeZone: string | null;
  location: string;
  organiser: { name: string; address: string } | null;
  answer: { by: { name: string; address: string }; answer: "accepted" | "declined" | "tentative" } | null;
  repeats: boolean;
  repetition: {
    every: number;
    unit: "day" | "week" | "month" | "year";
    weekdays: number[];
    until: string | null;
    times: number | null;
  } | null;
};

export type Protection = { kind: "signed" | "encrypted"; scheme: "openpgp" | "smime" };

/** A message that a mail carries. */
export type AttachedMessage = {
  from: { name: string; address: string } | null;
  to: { name: string; address: string }[];
  cc: { name: string; address: string }[];
  subject: string;
  date: string | null;
  text: string;
  hasHtml: boolean;
  invitation: Invitation | null;
  protection: Protection | null;
  attachments: Omit<Attachment, "url">[];
};

export type CheckResult = "pass" | "fail" | "softfail" | "neutral" | "none" | "temperror" | "permerror";

export type TicketEvent = {
  sequence: number;
  at: string;
  type: string;
  actor: { kind: "customer" | "desk" | "agent"; name: string };
  data: Record<string, unknown> | null;
};

/** One step of a mail's way. */
export type WayStep = Pick<TicketEvent, "at" | "type" | "data">;

export type Evidence = {
  id: string;
  rung: Rung;
  at: string;
  datedAt: string | null;
  source: string;
  detail: string;
  outgoingMailId: string | null;
};

export type Stop = { rung: Rung; at: string | null; expectedAt: string | null; source: string | null };
export type Notice = {
  state: "queued" | "sent" | "failed";
  stops: Stop[];
  /** The customer's, that the notice may be sent to once more. */
  addresses: { address: string; isFailing: boolean }[];
};

export type InboundMail = {
  id: string;
  kind: "ticket" | "reply" | "report" | "auto-reply" | "quarantined" | "held" | "duplicate" | null;
  receivedAt: string;
  from: { name: string; address: string } | null;
  envelopeFrom: string;
  to: string[];
  subject: string | null;
  ticketId: string | null;
  reason: string | null;
  warnings: string[];
  sizeBytes: number;
};

export type OutgoingMail = {
  id: string;
  ticketId: string | null;
  ticketNumber: number | null;
  purpose: "notice" | "reply";
  to: string;
  subject: string;
  state: "queued" | "sent" | "failed";
  attempts: number;
  createdAt: string;
  sentAt: string | null;
  nextAttemptAt: string | null;
  lastError: string | null;
  evidence: { rung: Rung; at: string; source: string }[];
};
export type OutgoingMailWhole = OutgoingMail & { text: string; headers: Record<string, string> };

export type Change =
  | { type: "ticket"; ticketId: string }
  | { type: "inbound-mail"; inboundMailId: string }
  | { type: "outgoing-mail"; outgoingMailId: string; ticketId: string | null }
  | { type: "alert" }
  | { type: "call-out"; callOutId: string }
  | { type: "incident"; incidentId: string }
  | { type: "suggestion"; suggestionId: string }
  | { type: "presence"; ticketId: string; agentId: string; name: string; state: "looking" | "typing" | "gone" }
  | { type: "news"; agentId: string }
  | { type: "views" | "tags" | "rules" };

/** RFC 9457. Status 0: no answer came at all. */
export type Problem = {
  status: number;
  title: string;
  detail?: string;
  /** Of a reply that was not sent: what others wrote since. */
  added?: Message[];
};

/** Why a ticket has its priority. */
export type TicketTriage = {
  by: "model" | "agent" | "customer" | "desk" | null;
  suggested: Priority | null;
  confidence: number | null;
  toBeClassified: boolean;
  reasons: string[];
};
