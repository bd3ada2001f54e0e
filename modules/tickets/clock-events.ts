import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import type { Terms } from "@permanence/people";
import type { ResponsePolicy } from "@permanence/sla";
import { sql } from "kysely";
import type { Priority } from "./ticket-tables.ts";

/** What the chain says of a ticket, as far as its clocks go. */
export type ClockEvent = { at: Instant; type: string; data: Record<string, unknown> | null };

/** The facts that every fold starts from; the event "registered" holds them for good. */
export type ResponseStart = {
  receivedAt: Instant;
  priority: Priority;
  policy: ResponsePolicy;
  /** The rest of what was promised; missing in tickets of an older program. */
  terms?: Omit<Terms, "response">;
};

/** What was promised when the ticket was registered. */
export function startOf(events: readonly ClockEvent[]): ResponseStart {
  return events.find(({ type }) => type === "registered")?.data as unknown as ResponseStart;
}

/** Whether anything was: not on history. */
export function isPromised(events: readonly ClockEvent[]): boolean {
  return events.some(({ type }) => type === "registered");
}

const RESPONSE = ["registered", "priority", "closed", "closure-undone", "evidence"];
const TYPES = [...RESPONSE, "message", "state", "warned"];

/** The events that move clocks, by ticket, each ticket's in their order. @param also other types that are wanted */
export async function readClockEvents(
  tx: Tx,
  deskId: DeskId,
  ticketIds: string[],
  also: string[] = [],
): Promise<Map<string, ClockEvent[]>> {
  const rows = await tx
    .selectFrom("ticket_event")
    .select(["ticket_id", "at", "type", "data"])
    .where("desk_id", "=", deskId)
    .where(sql<boolean>`ticket_id = any(${ticketIds}::uuid[])`)
    .where("type", "in", [...TYPES, ...also])
    .orderBy("ticket_id")
    .orderBy("sequence")
    .execute();
  const events = new Map<string, ClockEvent[]>(ticketIds.map((id) => [id, []]));
  for (const { ticket_id, ...event } of rows) events.get(ticket_id)!.push(event);
  return events;
}
