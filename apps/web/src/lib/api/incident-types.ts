import type { Priority, TicketState } from "#lib/api/types.ts";

export type Texts = Record<string, string>;
export type Incident = {
  id: string;
  state: "offered" | "dismissed" | "running" | "resolved";
  title: Texts;
  isPublic: boolean;
  beganAt: string;
  acceptedAt: string | null;
  resolvedAt: string | null;
  tickets: number;
};
export type IncidentUpdate = { at: string; kind: "begun" | "update" | "resolved"; text: Texts; by: string | null };
export type JoinedTicket = {
  id: string;
  number: number;
  subject: string;
  priority: Priority;
  state: TicketState;
  customer: string;
  joinedBy: string;
};
export type WholeIncident = Incident & {
  updates: IncidentUpdate[];
  joined: JoinedTicket[];
  actions: { waiting: number; done: number; failed: number };
};
export type PublicIncident = {
  id: string;
  title: string;
  state: "running" | "resolved";
  beganAt: string;
  resolvedAt: string | null;
  updates: { at: string; kind: IncidentUpdate["kind"]; text: string }[];
};
