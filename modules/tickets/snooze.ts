import { addJob, type DeskId, type Tx } from "@permanence/database";
import { type Instant, instant } from "@permanence/kernel";
import { alarmAt, type FoldedClock, NOT_DUE } from "./ticket-clocks.ts";
import type { TicketChange } from "./ticket-change.ts";
import type { TicketRow } from "./ticket-tables.ts";

/** What somebody asked for: not to see a ticket for a while. It stops no clock. `until` null: until the customer writes,
 *  which ends any other snooze too. */
export type TicketSnooze = { until: Instant | null; by: string; at: Instant };

/** When a snoozed ticket comes back at the latest: when it was asked to, and never later than the alarm of a clock that
 *  runs. NOT_DUE where only the customer can bring it back. */
export function comesBackAt(asked: Instant | null, folded: readonly Pick<FoldedClock, "clock">[]): Instant {
  return instant(Math.min(asked ?? NOT_DUE, alarmAt(folded) ?? NOT_DUE));
}

/** Puts a ticket aside. "clock-near": the alarm of one of its clocks rings already, so it stays where it is. */
export function snoozeTicket(
  change: TicketChange,
  { until, by }: Pick<TicketSnooze, "until" | "by">,
  folded: readonly Pick<FoldedClock, "clock">[],
): "done" | "already-closed" | "in-the-past" | "clock-near" {
  if (change.ticket.state === "closed") return "already-closed";
  if (until !== null && until <= change.now) return "in-the-past";
  const back = comesBackAt(until, folded);
  if (back <= change.now) return "clock-near";
  change.set({ snooze: { until, by, at: change.now }, snoozed_until: back });
  change.record("snoozed", by, { until });
  return "done";
}

/** Brings a ticket back. Does nothing to one that is there. @param why what brought it back */
export function wakeTicket(change: TicketChange, actor: string, why: "agent" | "customer" | "time" | "clock"): void {
  if (change.ticket.snooze === null) return;
  change.set({ snooze: null, snoozed_until: null });
  change.record("woken", actor, { why });
}

/** With each change: a clock may have begun, or be due sooner than before; then the ticket comes back sooner too. */
export function settleSnooze(change: TicketChange, folded: readonly FoldedClock[]): void {
  const { snooze, snoozed_until, state } = change.ticket;
  if (snooze === null) return;
  if (state === "closed") return change.set({ snooze: null, snoozed_until: null });
  const back = comesBackAt(snooze.until, folded);
  if (back <= change.now) return wakeTicket(change, "desk", back === snooze.until ? "time" : "clock");
  if (back !== snoozed_until) change.set({ snoozed_until: back });
}

export const WAKE_TICKET = "wake-ticket";

export type WakeTicket = { deskId: DeskId; ticketId: string };

/** One waiting job for each ticket: another time moves it. */
export function addWakeJob(tx: Tx, { desk_id: deskId, ticket_id: ticketId }: TicketRow, runAt: Instant): void {
  if (runAt >= NOT_DUE) return;
  addJob(tx, WAKE_TICKET, { deskId, ticketId }, { key: `wake:${ticketId}`, runAt });
}
