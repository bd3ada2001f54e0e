import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import {
  type ClockState,
  foldResponse,
  type ResponseEvent,
  type ResponsePolicy,
  type ResponseTarget,
  saveClock,
} from "@permanence/sla";
import type { TicketChange } from "./ticket-change.ts";
import type { Priority, TicketRow } from "./ticket-tables.ts";

/** Where a ticket stands in the queue when none of its clocks runs: behind all that are due. */
export const NOT_DUE = 253_370_764_800_000 as Instant; // 9999-01-01

/** What the chain says of a ticket, as far as its response clock goes. */
export type RecordedEvent = { at: Instant; type: string; data: Record<string, unknown> | null };

/** The facts that every fold starts from; the event "registered" holds them for good. */
export type ResponseStart = { receivedAt: Instant; priority: Priority; policy: ResponsePolicy };

/** Folds the response clock of a ticket from its own chain. Pure. */
export function foldFromEvents(events: RecordedEvent[], now: Instant): ClockState {
  const registered = events.find((event) => event.type === "registered")?.data;
  const start = registered as unknown as ResponseStart;
  const told = events.flatMap(responseEvent).sort((a, b) => a.at - b.at);
  return foldResponse({ ...start, events: told, now });
}

/** Folds again after a change, stores what came out and says in the chain where the outcome changed. */
export async function foldResponseClock(tx: Tx, change: TicketChange): Promise<ClockState> {
  const { desk_id, ticket_id } = change.ticket;
  const state = foldFromEvents([...(await eventsOf(tx, desk_id, ticket_id)), ...change.unsaved()], change.now);
  const before = await saveClock(tx, desk_id, ticket_id, "response", state);
  change.set({ queue_at: queueAt(state) });
  if (before !== state.outcome) {
    change.record("clock", "desk", { target: "response", from: before, to: state.outcome, dueAt: state.dueAt });
  }
  return state;
}

/** A clock orders the queue while somebody can still do something about it. */
export function queueAt(state: Pick<ClockState, "outcome" | "dueAt" | "stoppedAt">): Instant {
  const unanswered = state.outcome === "running" || state.outcome === "pending" || state.outcome === "breached";
  return unanswered && state.stoppedAt === null ? state.dueAt : NOT_DUE;
}

export async function eventsOf(tx: Tx, deskId: DeskId, ticketId: TicketRow["ticket_id"]): Promise<RecordedEvent[]> {
  return tx
    .selectFrom("ticket_event")
    .select(["at", "type", "data"])
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .where("type", "in", ["registered", "priority", "closed", "closure-undone", "evidence"])
    .orderBy("sequence")
    .execute();
}

/** What the policy, as it was when the ticket was registered, demands of a notice handed over at `at`. */
export async function policyOf(tx: Tx, deskId: DeskId, ticketId: string, at: Instant): Promise<ResponseTarget> {
  const events = await eventsOf(tx, deskId, ticketId);
  const registered = events.find((event) => event.type === "registered")?.data;
  const { policy, priority } = registered as unknown as ResponseStart;
  const raised = events.findLast((event) => event.type === "priority" && event.at <= at)?.data?.["to"];
  return policy[(raised as Priority | undefined) ?? priority];
}

/** The chain's words in the fold's. An event that moves no response clock gives none. */
function responseEvent({ at, type, data }: RecordedEvent): ResponseEvent[] {
  if (data === null) return [];
  if (type === "priority") return [{ at, type: "priority", to: data["to"] as Priority }];
  if (type === "closed") return data["as"] === "not-a-request" ? [{ at, type: "not-a-request" }] : [];
  if (type === "closure-undone") return data["as"] === "not-a-request" ? [{ at, type: "is-a-request" }] : [];
  return type === "evidence" && data["ofNotice"] === true && !wasNeverHandedOver(data) ? [evidenceEvent(data)] : [];
}

/** A mail that the outbox gave up may be tried again and be taken: its failure is no report on that hand-over. */
function wasNeverHandedOver({ rung, source }: Record<string, unknown>): boolean {
  return rung === "failed" && (source === "relay" || source === "outbox");
}

function evidenceEvent(data: Record<string, unknown>): ResponseEvent {
  const at = data["at"] as Instant;
  const attempt = data["outgoingMailId"] as string;
  switch (data["rung"]) {
    case "handed-over":
      return { at, type: "handed-over", attempt };
    case "delivered":
      return { at, type: "delivered", attempt, dated: (data["datedAt"] as Instant | null) ?? null };
    case "failed":
      return { at, type: "failed", attempt };
    default:
      return { at, type: "displayed" };
  }
}
