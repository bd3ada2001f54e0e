import type { Instant } from "@permanence/kernel";
import type { TicketChange } from "./ticket-change.ts";
import type { ClosedAs, TicketState } from "./ticket-tables.ts";

const DAY_MS = 86_400_000;

/** A reply to a ticket closed longer ago than this opens a new, linked one. */
export const REOPENS_WITHIN_MS = 14 * DAY_MS;

/** @param at when it came about, where the desk learned it later */
export function changeState(
  change: TicketChange,
  to: Exclude<TicketState, "closed">,
  actor: string,
  at: Instant = change.now,
): void {
  const { state: from } = change.ticket;
  if (from === to) return;
  change.set({ state: to, closed_as: null, closed_at: null, state_before_closing: null });
  change.record("state", actor, { from, to, at });
}

/** Closes a ticket. As not a request, its clocks are void: on record, and counted apart. */
export function closeTicket(change: TicketChange, as: ClosedAs, actor: string): "done" | "already-closed" {
  const { state } = change.ticket;
  if (state === "closed") return "already-closed";
  change.set({ state: "closed", closed_as: as, closed_at: change.now, state_before_closing: state });
  change.record("closed", actor, { as });
  return "done";
}

/** Takes a closing back: the ticket is in the state that it had before. */
export function undoClosure(change: TicketChange, actor: string, at: Instant = change.now): "done" | "not-closed" {
  const { state, closed_as: as, state_before_closing } = change.ticket;
  if (state !== "closed") return "not-closed";
  const to = state_before_closing ?? "open";
  change.set({ state: to, closed_as: null, closed_at: null, state_before_closing: null });
  change.record("closure-undone", actor, { as, to, at });
  return "done";
}

/** What the customer's message does: it takes the ticket up again, unless it is new still. */
export function customerWrote(change: TicketChange, at: Instant): void {
  const { state, closed_as } = change.ticket;
  if (closed_as === "not-a-request") undoClosure(change, "customer", at);
  if (state !== "new") changeState(change, "open", "customer", at);
}
