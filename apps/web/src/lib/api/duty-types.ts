import type { Priority } from "#lib/api/types.ts";

// What the API tells of the duty, as the pages need it.

export type Person = { id: string; name: string; email: string };
export type OnDuty = {
  priority: Priority;
  rota: string | null;
  agent: Person | null;
  until: string | null;
  levels: (Person | null)[];
};
export type Shift = {
  rota: string;
  level: number;
  from: string;
  until: string;
  by: "rotation" | "override" | "swap";
  agent: Person;
};
export type DutyGap = { rota: string; from: string; until: string };
export type DutyOverride = Omit<Shift, "by"> & { id: string; swapId: string | null };
export type CallOutState = "waiting" | "asking" | "paging" | "acknowledged" | "in-hands" | "ended";
export type PageKind = "urgent" | "high" | "come-back" | "handover" | "handed-over" | "call-customer" | "canary";
export type CalledTicket = {
  id: string;
  number: number;
  subject: string;
  priority: Priority;
  customer: string;
  organisation: string | null;
  receivedAt: string;
  state: string;
  noticeProven: boolean;
  callAsked: boolean;
};
export type CallOut = {
  id: string;
  priority: Priority;
  isCanary: boolean;
  state: CallOutState;
  openedAt: string;
  nextAt: string | null;
  holder: Person | null;
  tickets: CalledTicket[];
};
export type PageLine = {
  step: number;
  kind: PageKind;
  level: number;
  agent: Person;
  at: string;
  acknowledgedAt: string | null;
  deliveries: {
    channel: "push" | "email" | "webhook";
    state: "queued" | "begun" | "sent" | "failed";
    failure: string | null;
  }[];
};
export type WholeCallOut = CallOut & { pages: PageLine[] };
export type PagedCallOut = WholeCallOut & {
  agent: Person;
  language: string;
  isMine: boolean;
  desk: { name: string; timeZone: string };
};
export type Rotation = { people: string[]; since: string; days: string[]; at: string[]; hours: string };
export type RotaDocument = { priorities: Priority[]; cover: string; levels: Rotation[][] };
export type Rota = { name: string; version: number; document: RotaDocument };
export type DutySettings = {
  repeatMinutes: number;
  triesPerLevel: number;
  comeBackMinutes: number;
  highAfterMinutes: number;
  quiet: { from: string; until: string; askAfter: number } | null;
  canary: { at: string; withinMinutes: number } | null;
};
export type PageChannel = {
  id: string;
  kind: "push" | "email" | "webhook";
  label: string;
  target: string;
  madeAt: string;
  workedAt: string | null;
  failedAt: string | null;
  failure: string | null;
};
