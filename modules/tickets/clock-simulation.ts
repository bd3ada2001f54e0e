import { instant, type Instant, seededRandom, toIso } from "@permanence/kernel";
import {
  naiveFold,
  naivePromised,
  PRIORITIES,
  type Priority,
  type PromisedEvent,
  type PromisedTarget,
  type ResponseEvent,
  type ResponsePolicy,
} from "@permanence/sla";
import { addAgent, type Agent } from "@permanence/people";
import { changePriority, logCall, replyToCustomer } from "./agent-actions.ts";
import { readClockEvents } from "./clock-events.ts";
import { foldDueClocks } from "./clock-sweep.ts";
import { recordEvidence } from "./evidence.ts";
import { openTicketChange, type TicketChange } from "./ticket-change.ts";
import { foldAll } from "./ticket-clocks.ts";
import { changeState, closeTicket, undoClosure } from "./ticket-state.ts";
import { mail, openTestDesk, type TestDesk } from "./ticket-test-desk.ts";

// Tickets live through weeks of a virtual clock in a real database: priorities change, the ticket waits and goes on,
// evidence comes late, twice, out of order and forged, sweeps are killed, run twice at once or are not run for hours. What
// is stored must be what the rules say of what was done, reckoned anew each time by the naive clocks of modules/sla from the
// simulation's own notes, which nothing of the program has seen.

const MINUTE_MS = 60_000;

const PROMISES = `
targets:
  firstReply: { by: { urgent: { target: 1 h }, high: { target: 3 h, calendar: hours }, normal: { target: 5 h, calendar: hours }, low: { target: 9 h, calendar: hours } } }
  resolution: { pauses: [on-hold], by: { urgent: { target: 4 h }, high: { target: 1 d }, normal: { target: 2 d }, low: { target: 3 d } } }
`;
const HOUR = 60;
const RESPONSE: Record<Priority, [targetMinutes: number, demands: "presumed" | "delivered"]> = {
  urgent: [HOUR, "delivered"],
  high: [4 * HOUR, "presumed"],
  normal: [24 * HOUR, "presumed"],
  low: [24 * HOUR, "presumed"],
};
const POLICY = Object.fromEntries(
  PRIORITIES.map((priority) => {
    const [minutes, demands] = RESPONSE[priority];
    return [priority, { targetMs: minutes * MINUTE_MS, demands, waitingMs: 15 * MINUTE_MS }];
  }),
) as ResponsePolicy;
const FIRST_REPLY = { urgent: HOUR, high: 3 * HOUR, normal: 5 * HOUR, low: 9 * HOUR };
const RESOLUTION = { urgent: 4 * HOUR, high: 24 * HOUR, normal: 48 * HOUR, low: 72 * HOUR };

/** The Sundays on which Brussels changed its clocks, or will, from 2024 to 2030. */
export const CHANGES = [
  ...["2024-03-31", "2024-10-27", "2025-03-30", "2025-10-26", "2026-03-29", "2026-10-25", "2027-03-28"],
  ...["2027-10-31", "2028-03-26", "2028-10-29", "2029-03-25", "2029-10-28", "2030-03-31", "2030-10-27"],
];

export type Simulation = { desk: TestDesk; agent: Agent };

export async function openSimulation(): Promise<Simulation> {
  const desk = await openTestDesk(PROMISES);
  const agent = await desk.db.transaction(desk.deskId, (tx) =>
    addAgent(tx, desk.world, desk.deskId, { email: "sim@desk.example", name: "Sim", role: "agent", language: "fr" }),
  );
  return { desk, agent: agent! };
}

/** Nothing that a priority could be read from: here they are changed on purpose only. */
const NO_WORDS = { subject: "...", text: "..." };

/** What was done with one ticket, as the simulation noted it. */
type Notes = { receivedAt: Instant; ticketId: string; response: ResponseEvent[]; promised: PromisedEvent[] };

/** Lives one ticket through; throws with its whole story where something stored is not what the rules say. */
export async function simulate({ desk, agent }: Simulation, seed: number): Promise<void> {
  const dice = diceOf(seed);
  const change = Date.parse(CHANGES[seed % CHANGES.length]!);
  desk.clock.jumpTo(instant(change - dice.below(4 * 1_440) * MINUTE_MS));
  const received = await desk.receive(
    mail({ from: `s@a${seed}.example`, id: `sim-${seed}@agence.example`, ...NO_WORDS }),
  );
  const notes: Notes = { receivedAt: desk.clock.now(), ticketId: received.ticket_id!, response: [], promised: [] };
  const story: string[] = [];
  try {
    for (let step = 0; step < 14; step++) {
      desk.clock.advance((1 + dice.below(dice.below(4) === 0 ? 1_200 : 60)) * MINUTE_MS);
      story.push(`${toIso(desk.clock.now())} ${await act({ desk, agent }, dice, notes, seed)}`);
      if (dice.below(3) === 0) continue; // No sweep for a while.
      await sweep(desk, dice);
      await check(desk, notes);
    }
  } catch (error) {
    throw new Error(`seed ${seed}: ${(error as Error).message}\n${story.join("\n")}`, { cause: error });
  }
}

type Dice = { below(limit: number): number; of<T>(values: readonly T[]): T };

function diceOf(seed: number): Dice {
  const random = seededRandom(`clocks ${seed}`);
  const below = (limit: number) => Buffer.from(random.bytes(4)).readUInt32BE() % limit;
  return { below, of: (values) => values[below(values.length)]! };
}

async function act({ desk, agent }: Simulation, dice: Dice, notes: Notes, seed: number): Promise<string> {
  const at = desk.clock.now();
  const change = (work: (opened: TicketChange, tx: Parameters<typeof logCall>[0]) => unknown) =>
    desk.db.transaction(desk.deskId, async (tx) => {
      const opened = (await openTicketChange(tx, desk.world, desk.deskId, notes.ticketId))!;
      await work(opened, tx);
      opened.save(tx);
    });
  const acting = { world: desk.world, desk: desk.desk, agent };
  const action = dice.of([
    "evidence",
    "evidence",
    "evidence",
    "priority",
    "state",
    "state",
    "close",
    "reply",
    "forged",
    "call",
  ] as const);
  if (action === "evidence") return learn(desk, dice, notes, change);
  if (action === "priority") {
    const to = dice.of(PRIORITIES);
    await change((opened, tx) => changePriority(tx, acting, opened, { priority: to, reason: "" }));
    notes.response.push({ at, type: "priority", to });
    notes.promised.push({ at, type: "priority", to });
    return `priority ${to}`;
  }
  if (action === "call") {
    if (dice.below(3) > 0) return "nothing";
    await change((opened, tx) => logCall(tx, agent, opened));
    notes.response.push({ at, type: "displayed" });
    return "call";
  }
  if (action === "forged") {
    await desk.receive(forgedReport(seed, at));
    return "forged report";
  }
  return changeStanding(action, { change, acting, dice, notes, at });
}

type Standing = {
  change(work: (opened: TicketChange, tx: Parameters<typeof logCall>[0]) => unknown): Promise<void>;
  acting: Parameters<typeof replyToCustomer>[1];
  dice: Dice;
  notes: Notes;
  at: Instant;
};

/** What the ticket is in, and whether it is closed. */
async function changeStanding(action: "state" | "close" | "reply", { change, acting, dice, notes, at }: Standing) {
  let told = "nothing";
  await change(async (opened, tx) => {
    const { state, closed_as } = opened.ticket;
    if (state === "closed") {
      if (action !== "close") return;
      undoClosure(opened, "agent:a");
      const to = opened.ticket.state;
      notes.promised.push({ at, type: "reopened", to });
      if (closed_as === "not-a-request") {
        notes.promised.push({ at, type: "is-a-request" });
        notes.response.push({ at, type: "is-a-request" });
      }
      told = `reopened as ${to}`;
    } else if (action === "close") {
      const as = dice.of(["solved", "not-a-request"] as const);
      closeTicket(opened, as, "agent:a");
      notes.promised.push({ at, type: "closed" });
      if (as === "not-a-request") {
        notes.promised.push({ at, type: "not-a-request" });
        notes.response.push({ at, type: "not-a-request" });
      }
      told = `closed as ${as}`;
    } else {
      const to = dice.of(["waiting", "on-hold", "open"] as const);
      if (action === "reply") {
        await replyToCustomer(tx, acting, opened, { text: "Bonjour.", state: to, messageId: null });
        notes.promised.push({ at, type: "agent-replied" });
      } else changeState(opened, to, "agent:a");
      if (to !== state) notes.promised.push({ at, type: "state", to });
      told = `${action}: ${to}`;
    }
  });
  return told;
}

/** Something becomes known of one of the notices, or of one twice. */
async function learn(desk: TestDesk, dice: Dice, notes: Notes, change: Standing["change"]): Promise<string> {
  const at = desk.clock.now();
  const notices = await desk.db.transaction(desk.deskId, (tx) =>
    tx
      .selectFrom("outgoing_mail")
      .select("outgoing_mail_id")
      .where("ticket_id", "=", notes.ticketId)
      .where("purpose", "=", "notice")
      .orderBy("created_at")
      .orderBy("outgoing_mail_id")
      .execute(),
  );
  const attempt = dice.of(notices).outgoing_mail_id;
  const isHandedOver = notes.response.some((event) => event.type === "handed-over" && event.attempt === attempt);
  const rung = isHandedOver ? dice.of(["delivered", "delivered", "failed", "handed-over"] as const) : "handed-over";
  const dated = dice.below(2) === 0 ? null : instant(at + (dice.below(400) - 300) * MINUTE_MS);
  const times = dice.below(4) === 0 ? 2 : 1;
  for (let i = 0; i < times; i++) {
    await change((opened, tx) =>
      recordEvidence(tx, opened, {
        ...{ rung, at, datedAt: rung === "delivered" ? dated : null, source: "delivery-report", detail: "" },
        ...{ outgoingMailId: attempt, ofNotice: true },
      }),
    );
    notes.response.push(rung === "delivered" ? { at, type: rung, attempt, dated } : { at, type: rung, attempt });
  }
  return `${rung} ${attempt.slice(-4)}${dated === null ? "" : ` dated ${toIso(dated)}`}${times === 2 ? " twice" : ""}`;
}

/** A bounce that names the ticket's own address, but knows nothing that only our mail carries. */
function forgedReport(seed: number, at: Instant): string {
  return [
    "From: MAILER-DAEMON@agence.example",
    "To: aide@desk.example",
    "Subject: Undelivered Mail Returned to Sender",
    `Message-ID: <forged-${seed}-${at}@agence.example>`,
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    "",
    "--b",
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; mx.agence.example",
    "",
    `Final-Recipient: rfc822; s@a${seed}.example`,
    "Action: failed",
    "Status: 5.1.1",
    "",
    "--b--",
    "",
  ].join("\n");
}

/** As it should be; by two at once; or killed while it warns, and run again. */
async function sweep(desk: TestDesk, dice: Dice): Promise<void> {
  const run = (tell?: () => void) => foldDueClocks(desk.db, desk.world, desk.deskId, tell);
  const how = dice.below(4);
  if (how === 0)
    await run(() => {
      throw new Error("killed");
    }).catch(() => {});
  if (how === 1) await Promise.all([run(), run()]);
  await run();
}

async function check(desk: TestDesk, notes: Notes): Promise<void> {
  const { ticketId, receivedAt } = notes;
  const now = desk.clock.now();
  const { stored, events } = await desk.db.transaction(desk.deskId, async (tx) => ({
    stored: await tx.selectFrom("clock").selectAll().where("ticket_id", "=", ticketId).execute(),
    events: (await readClockEvents(tx, desk.deskId, [ticketId])).get(ticketId)!,
  }));
  const again = foldAll(events, now);
  for (const { target, clock } of again) {
    const row = stored.find((each) => each.target === target)!;
    same(`${target}, folded again`, { dueAt: row.due_at, stoppedAt: row.stopped_at, outcome: row.outcome }, clock);
  }
  const row = (target: string) => stored.find((each) => each.target === target)!;
  const response = naiveFold({ receivedAt, priority: "normal", policy: POLICY, events: notes.response, now });
  same("response", rowFacts(row("response")), response);
  for (const [target, minutes, calendar] of [
    ["first-reply", FIRST_REPLY, "office"],
    ["resolution", RESOLUTION, "always"],
  ] as const) {
    const naive = naivePromised(promisedCase(target, minutes, calendar, notes, now), isOffice)!;
    same(target, rowFacts(row(target)), naive);
  }
}

function promisedCase(
  target: PromisedTarget,
  minutes: Record<Priority, number>,
  calendar: "office" | "always",
  notes: Notes,
  now: Instant,
) {
  const by = Object.fromEntries(
    PRIORITIES.map((priority) => {
      const isAlways = calendar === "always" || priority === "urgent";
      return [priority, { targetMs: minutes[priority] * MINUTE_MS, calendar: isAlways ? "always" : OFFICE }];
    }),
  ) as Record<Priority, { targetMs: number; calendar: "always" | typeof OFFICE }>;
  const pauses = target === "resolution" ? ["on-hold"] : ["waiting", "on-hold"];
  return { target, receivedAt: notes.receivedAt, priority: "normal" as const, by, pauses, events: notes.promised, now };
}

const OFFICE = { timeZone: "Europe/Brussels", week: {} }; // Only told apart from "always": `isOffice` knows its hours.

/** Monday and Tuesday from 9 to 18 h in Brussels, asked of each hour: its offsets are whole hours. */
function isOffice(t: number): boolean {
  const hour = Math.floor(t / (HOUR * MINUTE_MS));
  const known = officeHours.get(hour);
  if (known !== undefined) return known;
  const here = Temporal.Instant.fromEpochMilliseconds(t).toZonedDateTimeISO("Europe/Brussels");
  const isOpen = here.dayOfWeek <= 2 && here.hour >= 9 && here.hour < 18;
  officeHours.set(hour, isOpen);
  return isOpen;
}
const officeHours = new Map<number, boolean>();

type Facts = { dueAt: number; stoppedAt: number | null; outcome: string };

function rowFacts(row: { due_at: Instant; stopped_at: Instant | null; outcome: string }): Facts {
  return { dueAt: row.due_at, stoppedAt: row.stopped_at, outcome: row.outcome };
}

function same(what: string, stored: Facts, meant: Facts): void {
  const told = ({ dueAt, stoppedAt, outcome }: Facts) =>
    `due ${new Date(dueAt).toISOString()}, stopped ${stoppedAt === null ? "never" : new Date(stoppedAt).toISOString()}, ${outcome}`;
  if (told(stored) !== told(meant))
    throw new Error(`${what} is stored as ${told(stored)}; it should be ${told(meant)}`);
}
