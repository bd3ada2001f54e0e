import { addAgent } from "@permanence/people";
import { instant } from "@permanence/kernel";
import { afterAll, beforeEach, expect, test } from "vitest";
import { readClockEvents } from "./clock-events.ts";
import { foldDueClocks } from "./clock-sweep.ts";
import type { ClockWarning } from "./clock-warnings.ts";
import { changePriority, replyToCustomer } from "./agent-actions.ts";
import { openTicketChange, type TicketChange } from "./ticket-change.ts";
import { foldAll, NOT_DUE } from "./ticket-clocks.ts";
import { changeState, closeTicket, undoClosure } from "./ticket-state.ts";
import { mail, openTestDesk, START, type TestDesk } from "./ticket-test-desk.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const PROMISES = `
targets:
  firstReply: &reply
    by:
      urgent: { target: 1 h }
      high: { target: 2 h }
      normal: { target: 10 h }
      low: { target: 9 h, calendar: hours }
  nextReply: *reply
  resolution: { published: true, pauses: [on-hold], by: { urgent: { target: 4 h }, high: { target: 1 d }, normal: { target: 5 d }, low: { target: 9 d } } }
warnings: { at: [50, 80], tell: [80] }
escalation:
  - { target: first-reply, at: 80, raise: high }
  - { target: first-reply, at: breach, assign: lead }
`;

let desk: TestDesk;
let told: ClockWarning[];
beforeEach(async () => {
  await desk?.close();
  desk = await openTestDesk(PROMISES);
  told = [];
});
afterAll(() => desk.close());

const sweep = () => foldDueClocks(desk.db, desk.world, desk.deskId, (_, __, warning) => void told.push(warning));

const addPerson = (role: "lead" | "agent", name: string) =>
  desk.db.transaction(desk.deskId, (tx) =>
    addAgent(tx, desk.world, desk.deskId, { email: `${name}@desk.example`, name, role, language: "fr" }),
  );

async function newTicket(n = 1): Promise<string> {
  const from = `client${n}@agence.example`;
  return (await desk.receive(mail({ from, id: `w${n}-${desk.clock.now()}@agence.example` }))).ticket_id!;
}

async function change(ticketId: string, work: (opened: TicketChange) => unknown): Promise<void> {
  await desk.db.transaction(desk.deskId, async (tx) => {
    const opened = (await openTicketChange(tx, desk.world, desk.deskId, ticketId))!;
    await work(opened);
    opened.save(tx);
  });
}

async function read(ticketId: string) {
  return desk.db.transaction(desk.deskId, async (tx) => {
    const ticket = await tx
      .selectFrom("ticket")
      .selectAll()
      .where("ticket_id", "=", ticketId)
      .executeTakeFirstOrThrow();
    const clocks = await tx.selectFrom("clock").selectAll().where("ticket_id", "=", ticketId).execute();
    const events = await tx
      .selectFrom("ticket_event")
      .select(["type", "data"])
      .where("ticket_id", "=", ticketId)
      .execute();
    return { ticket, events, clock: (target: string) => clocks.find((each) => each.target === target) };
  });
}

test("a target's shares are warned of once each, at their instants, however often it is swept", async () => {
  const ticketId = await newTicket();
  expect((await read(ticketId)).clock("first-reply")!.due_at).toBe(START + 10 * HOUR_MS);
  desk.clock.advance(5 * HOUR_MS - 1);
  await sweep();
  expect(told).toEqual([]);
  desk.clock.advance(1);
  await Promise.all([sweep(), sweep(), sweep()]);
  await sweep();
  expect(told).toMatchObject([{ target: "first-reply", percent: 50, tell: false }]);
  expect((await read(ticketId)).clock("first-reply")).toMatchObject({ warned: 50, outcome: "running" });
});

test("rules raise and reassign, once, also when the sweep came late; the breach is told with the lead", async () => {
  const lead = await addPerson("lead", "An");
  const ticketId = await newTicket();
  desk.clock.advance(30 * HOUR_MS); // Past every share, the breach and more.
  for (let i = 0; i < 4; i++) await sweep();
  const { ticket, events } = await read(ticketId);
  expect(ticket).toMatchObject({ priority: "high", assignee_id: lead!.id });
  const ofType = (type: string) => events.filter((event) => event.type === type);
  expect(ofType("priority")).toHaveLength(1);
  expect(ofType("assigned")).toHaveLength(1);
  const warned = ofType("warned").map(({ data }) => `${String(data!["target"])} ${String(data!["percent"])}`);
  expect(new Set(warned).size).toBe(warned.length);
  expect(warned).toEqual(
    expect.arrayContaining(["first-reply 50", "first-reply 80", "first-reply 100", "response 100"]),
  );
  expect(told.filter(({ target }) => target === "first-reply")).toMatchObject([{ percent: 100, tell: true }]);
});

test("nothing is warned of that is answered, paused or closed; what was told stays told", async () => {
  const anne = (await addPerson("agent", "Anne"))!;
  const [answered, held, closed] = [await newTicket(1), await newTicket(2), await newTicket(3)];
  const acting = { world: desk.world, desk: desk.desk, agent: anne };
  await desk.db.transaction(desk.deskId, async (tx) => {
    const opened = (await openTicketChange(tx, desk.world, desk.deskId, answered))!;
    await replyToCustomer(tx, acting, opened, { text: "Bonjour.", state: "waiting", messageId: null });
    opened.save(tx);
  });
  await change(held, (opened) => changeState(opened, "on-hold", "agent:a"));
  await change(closed, (opened) => closeTicket(opened, "solved", "agent:a"));
  desk.clock.advance(11 * HOUR_MS);
  await sweep();
  expect(told.filter(({ target }) => target !== "response")).toEqual([]);
  expect((await read(answered)).clock("first-reply")).toMatchObject({ outcome: "met", stopped_at: START });
  expect((await read(held)).clock("first-reply")).toMatchObject({
    outcome: "running",
    paused_at: START,
    next_at: null,
  });
  expect((await read(closed)).clock("first-reply")).toMatchObject({ outcome: "met", stopped_at: START });

  await change(held, (opened) => changeState(opened, "open", "agent:a"));
  await change(closed, (opened) => undoClosure(opened, "agent:a"));
  desk.clock.advance(6 * HOUR_MS);
  await sweep();
  const first = () => told.filter(({ target }) => target === "first-reply");
  expect(first()).toHaveLength(2); // Half of the ten hours is used up now: of what was held, and of what was closed.
  await change(held, (opened) => changeState(opened, "on-hold", "agent:a"));
  await change(held, (opened) => changeState(opened, "open", "agent:a"));
  await sweep();
  expect(first()).toHaveLength(2);
});

test("the queue goes by the clock that is due soonest, and behind where none runs", async () => {
  const anne = (await addPerson("agent", "Anne"))!;
  const ticketId = await newTicket();
  expect((await read(ticketId)).ticket.queue_at).toBe(START + 10 * HOUR_MS); // The first reply, before the response.
  desk.clock.advance(HOUR_MS);
  await change(ticketId, (opened) => changeState(opened, "waiting", "agent:a"));
  expect((await read(ticketId)).ticket.queue_at).toBe(START + 24 * HOUR_MS); // Nothing pauses the response.
  const acting = { world: desk.world, desk: desk.desk, agent: anne };
  await desk.db.transaction(desk.deskId, async (tx) => {
    const opened = (await openTicketChange(tx, desk.world, desk.deskId, ticketId))!;
    await changePriority(tx, acting, opened, { priority: "urgent", reason: "Toute l’agence." });
    opened.save(tx);
  });
  const { ticket, clock } = await read(ticketId);
  expect(ticket.queue_at).toBe(START + HOUR_MS);
  expect(clock("resolution")).toMatchObject({ due_at: START + 4 * HOUR_MS, published: true, paused_at: null });
  await change(ticketId, (opened) => closeTicket(opened, "not-a-request", "agent:a"));
  const after = await read(ticketId);
  expect(after.ticket.queue_at).toBe(NOT_DUE);
  expect(["response", "first-reply", "resolution"].map((target) => after.clock(target)!.outcome)).toEqual([
    "void",
    "void",
    "void",
  ]);
});

test("a message that was read late starts the wait when it came", async () => {
  const anne = (await addPerson("agent", "Anne"))!;
  const ticketId = await newTicket();
  const acting = { world: desk.world, desk: desk.desk, agent: anne };
  await desk.db.transaction(desk.deskId, async (tx) => {
    const opened = (await openTicketChange(tx, desk.world, desk.deskId, ticketId))!;
    await replyToCustomer(tx, acting, opened, { text: "Bonjour.", state: "waiting", messageId: null });
    opened.save(tx);
  });
  desk.clock.advance(HOUR_MS);
  const headers = [`In-Reply-To: <w1-${START}@agence.example>`];
  const raw = mail({ from: "client1@agence.example", id: "late@agence.example", headers });
  const inboundMailId = await desk.keep(raw);
  const cameAt = desk.clock.now();
  desk.clock.advance(HOUR_MS);
  await desk.readInboundMail({ deskId: desk.deskId, inboundMailId, sizeBytes: raw.length });
  const { ticket, clock } = await read(ticketId);
  expect(ticket.state).toBe("open");
  expect(clock("next-reply")).toMatchObject({ started_at: cameAt, due_at: cameAt + 10 * HOUR_MS, outcome: "running" });
});

test("folding a chain again gives the stored clocks, next instants and warnings included", async () => {
  await addPerson("lead", "An");
  for (let n = 1; n <= 6; n++) {
    const ticketId = await newTicket(n);
    if (n % 2 === 0)
      await change(ticketId, (opened) => changeState(opened, n === 2 ? "waiting" : "on-hold", "agent:a"));
    desk.clock.advance(3 * HOUR_MS + 17);
    await sweep();
  }
  for (let i = 0; i < 4; i++) await sweep();
  const checked = await desk.db.transaction(desk.deskId, async (tx) => {
    const clocks = await tx.selectFrom("clock").selectAll().execute();
    for (const clock of clocks) {
      const events = (await readClockEvents(tx, desk.deskId, [clock.ticket_id])).get(clock.ticket_id)!;
      const folded = foldAll(events, instant(desk.clock.now())).find(({ target }) => target === clock.target)!.clock;
      expect(folded).toEqual({
        ...{ startedAt: clock.started_at, dueAt: clock.due_at, stoppedAt: clock.stopped_at, outcome: clock.outcome },
        ...{ receipt: clock.receipt, cause: clock.cause, nextAt: clock.next_at, pausedAt: clock.paused_at },
        ...{ published: clock.published, warned: clock.warned, countedMs: clock.counted_ms },
      });
    }
    return clocks.length;
  });
  expect(checked).toBe(18);
});
