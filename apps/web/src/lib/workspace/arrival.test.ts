import { expect, test } from "vitest";
import type { Clock, Priority, Ticket, TicketState } from "#lib/api/types.ts";
import { isArrival } from "#lib/workspace/arrival.ts";
import { readTicketFilter } from "#lib/workspace/ticket-filter.ts";

const READ_AT = Date.parse("2026-11-23T12:00:00Z");
const MINUTE = 60_000;
const iso = (minutes: number) => new Date(READ_AT + minutes * MINUTE).toISOString();

type Given = { state?: TicketState; priority?: Priority; received: number; due: number | null };

function ticket({ state = "open", priority = "normal", received, due }: Given): Ticket {
  const times = { startedAt: iso(received), dueAt: iso(due ?? 60), pausedAt: null };
  const clock = { target: "response" as const, ...times, cause: null, published: true, warned: null };
  const running: Clock = { ...clock, stoppedAt: null, outcome: "running", receipt: null };
  const met: Clock = { ...clock, stoppedAt: iso(1), outcome: "met", receipt: "delivered" };
  return { state, priority, receivedAt: iso(received), clocks: [due === null ? met : running] } as unknown as Ticket;
}

const queue = readTicketFilter(new URLSearchParams());
const last = ticket({ received: -90, due: 30 });

test.each([
  ["came after the list was read", { received: 1, due: 600 }, last, true],
  ["was there before, on a later page", { received: -60, due: 90 }, last, false],
  ["moved up into what is shown", { received: -60, due: 20 }, last, true],
  ["no clock runs on it any more", { received: -60, due: null }, last, false],
  ["is due alike and more urgent", { priority: "urgent", received: -60, due: 30 }, last, true],
  ["is due alike and came before", { received: -99, due: 30 }, last, true],
  ["is due alike and came after", { received: -60, due: 30 }, last, false],
  ["the list is shown to its end", { received: -60, due: 90 }, null, true],
  ["is closed", { state: "closed", received: 1, due: 20 }, last, false],
] as const)("in the queue: %s", (_, given, shownLast, expected) => {
  expect(isArrival(ticket(given), { filter: queue, last: shownLast, readAtMs: READ_AT })).toBe(expected);
});

test("in the view of a state, only that state is news", () => {
  const filter = readTicketFilter(new URLSearchParams("state=waiting"));
  const shown = { filter, last: null, readAtMs: READ_AT };
  expect(isArrival(ticket({ state: "waiting", received: -5, due: 9 }), shown)).toBe(true);
  expect(isArrival(ticket({ state: "open", received: 5, due: 9 }), shown)).toBe(false);
});

test("among the closed, which come newest first, being due means nothing", () => {
  const filter = readTicketFilter(new URLSearchParams("state=all"));
  const shown = { filter, last, readAtMs: READ_AT };
  expect(isArrival(ticket({ received: -60, due: 1 }), shown)).toBe(false);
  expect(isArrival(ticket({ state: "closed", received: 1, due: null }), shown)).toBe(true);
});

test("a search announces nothing", () => {
  const filter = readTicketFilter(new URLSearchParams("q=facture"));
  expect(isArrival(ticket({ received: 1, due: 1 }), { filter, last: null, readAtMs: READ_AT })).toBe(false);
});

test.each([
  ["", { state: "open-ones", order: "due", q: "" }],
  ["state=on-hold&q=%20prix%20", { state: "on-hold", order: "due", q: "prix" }],
  ["state=closed", { state: "closed", order: "newest", q: "" }],
  ["state=nonsense", { state: "open-ones", order: "due", q: "" }],
])("?%s is read", (search, filter) => {
  expect(readTicketFilter(new URLSearchParams(search))).toEqual(filter);
});
