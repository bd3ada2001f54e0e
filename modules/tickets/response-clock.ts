import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import {
  type ClockState,
  foldResponse,
  type ResponseCase,
  type ResponseEvent,
  type ResponsePolicy,
  type ResponseTarget,
  type WeeklyCalendar,
} from "@permanence/sla";
import { type ClockEvent, isPromised, readClockEvents, startOf } from "./clock-events.ts";
import type { Priority } from "./ticket-tables.ts";

/** Folds the response clock of a ticket from its own chain. Pure. */
export function foldFromEvents(events: readonly ClockEvent[], now: Instant): ClockState {
  return foldResponse(responseCaseOf(events, now));
}

export function responseCaseOf(events: readonly ClockEvent[], now: Instant): ResponseCase {
  const { receivedAt, priority, policy } = startOf(events);
  const told = events.flatMap(responseEvent).sort((x, y) => x.at - y.at);
  return { receivedAt, priority, policy: keptCalendars(policy), events: told, now };
}

/** A calendar's spans are kept with the object, which comes anew with each reading of a ticket: the same words are one. */
export function keptCalendar(calendar: WeeklyCalendar): WeeklyCalendar {
  const key = JSON.stringify(calendar);
  const kept = calendars.get(key);
  if (kept) return kept;
  if (calendars.size >= MOST_CALENDARS) calendars.clear();
  calendars.set(key, calendar);
  return calendar;
}

const MOST_CALENDARS = 500;
const calendars = new Map<string, WeeklyCalendar>();

function keptCalendars(policy: ResponsePolicy): ResponsePolicy {
  const targets = Object.entries(policy).map(([priority, target]) => {
    const { calendar } = target;
    const isDrawn = calendar !== undefined && calendar !== "always";
    return [priority, isDrawn ? { ...target, calendar: keptCalendar(calendar) } : target];
  });
  return Object.fromEntries(targets) as ResponsePolicy;
}

/** What the policy, as it was when the ticket was registered, demands of a notice handed over at `at`; null where
 *  nothing was promised. */
export async function policyOf(tx: Tx, deskId: DeskId, ticketId: string, at: Instant): Promise<ResponseTarget | null> {
  const events = (await readClockEvents(tx, deskId, [ticketId])).get(ticketId)!;
  if (!isPromised(events)) return null;
  const { policy, priority } = startOf(events);
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
