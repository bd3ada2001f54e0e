import type { Tx } from "@permanence/database";
import { fromIso, type Instant, instant, toIso } from "@permanence/kernel";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { actorOf, setPriority } from "./agent-actions.ts";
import { placeOf, snoozeTimes, snoozeUntilDay } from "./snooze-times.ts";
import { wakeDueTicket, wakeForgotten } from "./snooze-waking.ts";
import { comesBackAt, snoozeTicket } from "./snooze.ts";
import { alarmAt, foldAll, type FoldedClock, LEAST_WARNING_MS, NOT_DUE } from "./ticket-clocks.ts";
import { openTicketChange, type TicketChange } from "./ticket-change.ts";
import { closeTicket } from "./ticket-state.ts";
import { mail, openTestDesk, type TestDesk } from "./ticket-test-desk.ts";

const HOUR = 3_600_000;
const AGENT = actorOf({
  id: "00000000-0000-7000-8000-000000000001",
  name: "",
  email: "",
  role: "agent",
  language: "fr",
});

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk();
});
afterAll(() => desk.close());

const place = () => placeOf(desk.desk, desk.clock.now());

test.each([
  // The desk's hours are Monday and Tuesday, 9 to 18, in Brussels.
  ["2026-11-23T13:02:01Z", "2026-11-23T16:15:00.000Z", "2026-11-24T08:00:00.000Z", "2026-11-24T08:00:00.000Z"],
  ["2026-11-24T13:00:00Z", "2026-11-24T16:00:00.000Z", "2026-11-25T08:00:00.000Z", "2026-11-30T08:00:00.000Z"],
  ["2026-11-23T20:30:00Z", null, "2026-11-24T08:00:00.000Z", "2026-11-24T08:00:00.000Z"], // 21.30: no three hours left.
  ["2026-03-28T10:00:00Z", "2026-03-28T13:00:00.000Z", "2026-03-29T07:00:00.000Z", "2026-03-30T07:00:00.000Z"], // Summer time.
])("at %s, later is %s, tomorrow %s, the next working day %s", (now, later, tomorrow, working) => {
  const times = snoozeTimes(fromIso(now)!, place());
  const iso = (at: Instant | null) => (at === null ? null : toIso(at));
  expect([iso(times["later-today"]), iso(times.tomorrow), iso(times["next-working-day"])]).toEqual([
    later,
    tomorrow,
    working,
  ]);
});

test.each([
  ["2026-11-30", "2026-11-30T08:00:00.000Z"],
  ["2026-11-25", "2026-11-25T08:00:00.000Z"], // Closed: nine o'clock all the same.
  ["2026-02-30", null],
  ["soon", null],
])("until the day %s is until %s", (day, expected) => {
  const at = snoozeUntilDay(day, place());
  expect(at === null ? null : toIso(at)).toBe(expected);
});

const anyClock = fc
  .record({
    startedAt: fc.integer({ min: 0, max: 1e12 }),
    lengthMs: fc.integer({ min: 1, max: 30 * 24 * HOUR }),
    outcome: fc.constantFrom("running", "pending", "met", "breached", "void"),
    stops: fc.boolean(),
    pauses: fc.boolean(),
  })
  .map(({ startedAt, lengthMs, outcome, stops, pauses }) => {
    const clock = { startedAt, dueAt: startedAt + lengthMs, outcome };
    const times = { stoppedAt: stops ? startedAt : null, pausedAt: pauses ? startedAt : null };
    return { clock: { ...clock, ...times } } as unknown as FoldedClock;
  });

test("a snooze ends when it was asked to, or at the first alarm of a running clock, whichever is sooner", () => {
  fc.assert(
    fc.property(fc.option(fc.integer({ min: 0, max: 1e13 })), fc.array(anyClock, { maxLength: 4 }), (asked, folded) => {
      const back = comesBackAt(asked === null ? null : instant(asked), folded);
      const running = folded.filter(
        ({ clock }) =>
          ["running", "pending", "breached"].includes(clock.outcome) &&
          clock.stoppedAt === null &&
          clock.pausedAt === null,
      );
      const limits = running.map(({ clock }) => clock.dueAt - LEAST_WARNING_MS);
      for (const limit of [asked ?? NOT_DUE, ...limits]) expect(back).toBeLessThanOrEqual(limit);
      if (running.length === 0) expect(back).toBe(asked ?? NOT_DUE);
      expect([asked ?? NOT_DUE, alarmAt(folded)]).toContain(back);
    }),
  );
});

let sent = 0;
async function newTicket(): Promise<string> {
  const id = `snooze-${++sent}@agence.example`;
  const inbound = await desk.receive(mail({ from: `client${sent}@s${sent}.example`, id }));
  return inbound.ticket_id!;
}

async function changing<T>(ticketId: string, act: (change: TicketChange, tx: Tx) => T | Promise<T>): Promise<T> {
  return desk.db.transaction(desk.deskId, async (tx) => {
    const change = (await openTicketChange(tx, desk.world, desk.deskId, ticketId))!;
    const result = await act(change, tx);
    change.save(tx);
    return result;
  });
}

const snooze = (ticketId: string, until: Instant | null) =>
  changing(ticketId, (change) => snoozeTicket(change, { until, by: AGENT }, foldAll(change.clockEvents, change.now)));

async function look(ticketId: string) {
  return desk.db.transaction(desk.deskId, async (tx) => {
    const { snooze: kept, snoozed_until } = await tx
      .selectFrom("ticket")
      .select(["snooze", "snoozed_until"])
      .where("ticket_id", "=", ticketId)
      .executeTakeFirstOrThrow();
    const clocks = await tx
      .selectFrom("clock")
      .select(["target", "due_at", "outcome", "stopped_at", "paused_at"])
      .where("ticket_id", "=", ticketId)
      .orderBy("target")
      .execute();
    const events = await tx
      .selectFrom("ticket_event")
      .select(["type", "data"])
      .where("ticket_id", "=", ticketId)
      .orderBy("sequence")
      .execute();
    return { isSnoozed: kept !== null, until: snoozed_until, clocks, events };
  });
}

test("a snooze moves no clock, and time ends it by a job", async () => {
  const ticketId = await newTicket();
  const before = await look(ticketId);
  const until = instant(desk.clock.now() + 2 * HOUR);
  expect(await snooze(ticketId, until)).toBe("done");
  const after = await look(ticketId);
  expect(after).toMatchObject({ isSnoozed: true, until });
  expect(after.clocks).toEqual(before.clocks);
  await wakeDueTicket(desk.db, desk.world, { deskId: desk.deskId, ticketId });
  expect((await look(ticketId)).isSnoozed).toBe(true); // Too early: it sleeps on.
  desk.clock.advance(2 * HOUR);
  await wakeForgotten(desk.db, desk.world, desk.deskId);
  const woken = await look(ticketId);
  expect(woken.isSnoozed).toBe(false);
  expect(woken.events.at(-1)).toMatchObject({ type: "woken", data: { why: "time" } });
});

test("a clock's alarm brings a ticket back before its time, and one that rings keeps it", async () => {
  const ticketId = await newTicket(); // Normal: 24 hours, so the alarm rings 3 hours before.
  const started = desk.clock.now();
  expect(await snooze(ticketId, instant(started + 48 * HOUR))).toBe("done");
  expect((await look(ticketId)).until).toBe(started + 21 * HOUR);
  desk.clock.advance(21 * HOUR);
  await wakeDueTicket(desk.db, desk.world, { deskId: desk.deskId, ticketId });
  const woken = await look(ticketId);
  expect(woken.isSnoozed).toBe(false);
  expect(woken.events.findLast(({ type }) => type === "woken")).toMatchObject({ data: { why: "clock" } });
  expect(await snooze(ticketId, instant(desk.clock.now() + HOUR))).toBe("clock-near");
});

test("a priority that is raised brings it back sooner, and lowered again as was asked", async () => {
  const ticketId = await newTicket();
  const asked = instant(desk.clock.now() + 8 * HOUR);
  await snooze(ticketId, asked);
  const raise = (priority: "high" | "normal") =>
    changing(ticketId, (change, tx) =>
      setPriority(tx, { world: desk.world, desk: desk.desk, actor: AGENT }, change, { priority, reason: "Vu." }),
    );
  await raise("high"); // 4 hours: its alarm rings half an hour before.
  expect((await look(ticketId)).until).toBe(desk.clock.now() + 3.5 * HOUR);
  await raise("normal");
  expect((await look(ticketId)).until).toBe(asked);
});

test("the customer's message brings it back, whatever was asked; closing ends a snooze", async () => {
  const ticketId = await newTicket();
  await snooze(ticketId, instant(desk.clock.now() + 5 * HOUR));
  const from = `client${sent}@s${sent}.example`;
  await desk.receive(
    mail({ from, id: "again@agence.example", headers: [`In-Reply-To: <${await noticeOf(ticketId)}>`] }),
  );
  const woken = await look(ticketId);
  expect(woken.isSnoozed).toBe(false);
  expect(woken.events.findLast(({ type }) => type === "woken")).toMatchObject({ data: { why: "customer" } });

  const other = await newTicket();
  await snooze(other, null);
  await changing(other, (change) => closeTicket(change, "solved", AGENT));
  expect((await look(other)).isSnoozed).toBe(false);
});

test.each([
  ["a time that has passed", -1, "in-the-past"],
  ["this very moment", 0, "in-the-past"],
])("%s is refused", async (_, afterMs, refused) => {
  const ticketId = await newTicket();
  expect(await snooze(ticketId, instant(desk.clock.now() + afterMs))).toBe(refused);
  expect((await look(ticketId)).isSnoozed).toBe(false);
});

async function noticeOf(ticketId: string): Promise<string> {
  return desk.db.transaction(desk.deskId, async (tx) => {
    const row = await tx
      .selectFrom("outgoing_mail")
      .select("message_id")
      .where("ticket_id", "=", ticketId)
      .executeTakeFirstOrThrow();
    return row.message_id;
  });
}
