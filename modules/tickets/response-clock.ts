import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { type ClockState, foldResponse, type ResponseEvent, type ResponseTarget, saveClock } from "@permanence/sla";
import { type ClockEvent, readClockEvents, type ResponseStart } from "./clock-events.ts";
import type { TicketChange } from "./ticket-change.ts";
import type { Priority } from "./ticket-tables.ts";

/** Where a ticket stands in the queue when none of its clocks runs: behind all that are due. */
export const NOT_DUE = 253_370_764_800_000 as Instant; // 9999-01-01

/** Folds the response clock of a ticket from its own chain. Pure. */
export function foldFromEvents(events: ClockEvent[], now: Instant): ClockState {
  const registered = events.find((event) => event.type === "registered")?.data;
  const start = registered as unknown as ResponseStart;
  const told = events.flatMap(responseEvent).sort((a, b) => a.at - b.at);
  return foldResponse({ ...start, events: told, now });
}

/** Folds again after a change, stores what came out and says in the chain where the outcome changed. */
export function foldResponseClock(tx: Tx, change: TicketChange): ClockState {
  const { desk_id, ticket_id: ticketId, priority, organisation_id, contact_id } = change.ticket;
  const state = foldFromEvents(change.clockEvents, change.now);
  const before = change.responseOutcome;
  change.responseOutcome = state.outcome;
  const queue_at = queueAt(state);
  if (queue_at !== change.ticket.queue_at) change.set({ queue_at });
  const customerId = organisation_id ?? contact_id;
  saveClock(tx, desk_id, { ticketId, target: "response", priority, customerId }, state);
  if (before !== null && before !== state.outcome) {
    change.record("clock", "desk", { target: "response", from: before, to: state.outcome, dueAt: state.dueAt });
  }
  return state;
}

/** A clock orders the queue while somebody can still do something about it. */
function queueAt(state: Pick<ClockState, "outcome" | "dueAt" | "stoppedAt">): Instant {
  const unanswered = state.outcome === "running" || state.outcome === "pending" || state.outcome === "breached";
  return unanswered && state.stoppedAt === null ? state.dueAt : NOT_DUE;
}

/** What the policy, as it was when the ticket was registered, demands of a notice handed over at `at`. */
export async function policyOf(tx: Tx, deskId: DeskId, ticketId: string, at: Instant): Promise<ResponseTarget> {
  const events = (await readClockEvents(tx, deskId, [ticketId])).get(ticketId)!;
  const registered = events.find((event) => event.type === "registered")?.data;
  const { policy, priority } = registered as unknown as ResponseStart;
  const raised = events.findLast((event) => event.type === "priority" && event.at <= at)?.data?.["to"];
  return policy[(raised as Priority | undefined) ?? priority];
}

/** The chain's words in the fold's. An event that moves no response clock gives none. */
function responseEvent({ at, type, data }: ClockEvent): ResponseEvent[] {
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
