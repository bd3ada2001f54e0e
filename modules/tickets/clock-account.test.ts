import { fromIso, instant } from "@permanence/kernel";
import { expect, test } from "vitest";
import { accountsOf } from "./clock-account.ts";
import { tellClock } from "./clock-account-sentences.ts";
import type { ClockEvent } from "./clock-events.ts";
import { foldAll } from "./ticket-clocks.ts";

const RECEIVED = fromIso("2026-12-24T16:30:00.250Z")!;
const MINUTE_MS = 60_000;
const after = (minutes: number) => instant(RECEIVED + minutes * MINUTE_MS);

const TARGET = { targetMs: 60 * MINUTE_MS, demands: "presumed", waitingMs: 15 * MINUTE_MS };
const STAFFED = {
  timeZone: "Europe/Brussels",
  week: { thu: [["09:00", "18:00"]], mon: [["09:00", "18:00"]] },
  holidays: ["12-25"],
};
const REPLY = { target: 60 * MINUTE_MS, calendar: "staffed" };
const REGISTERED: ClockEvent = {
  at: after(0),
  type: "registered",
  data: {
    receivedAt: RECEIVED,
    priority: "normal",
    policy: { urgent: { ...TARGET, demands: "delivered" }, high: TARGET, normal: TARGET, low: TARGET },
    terms: {
      ...{ policy: "standard", version: 3, digest: "", warnings: { at: [], tell: [] }, escalation: [] },
      targets: {
        firstReply: {
          ...{ published: false, pauses: ["waiting", "on-hold"] },
          by: { urgent: REPLY, high: REPLY, normal: REPLY, low: REPLY },
        },
      },
      calendars: { staffed: { version: 2, calendar: STAFFED } },
    },
  },
};
const QUEUED = event(0, "notice-queued", { outgoingMailId: "a", to: "zoe@agence.example" });

function event(minutes: number, type: string, data: Record<string, unknown>): ClockEvent {
  return { at: after(minutes), type, data };
}

function evidence(minutes: number, rung: string, more: Record<string, unknown> = {}): ClockEvent {
  const data = {
    rung,
    at: after(minutes),
    datedAt: null,
    source: "relay",
    detail: "",
    outgoingMailId: "a",
    ofNotice: true,
  };
  return event(minutes, "evidence", { ...data, ...more });
}

function told(events: ClockEvent[], minutes: number, target = "response", language = "en"): string {
  const now = after(minutes);
  const account = accountsOf([REGISTERED, QUEUED, ...events], now).find((each) => each.target === target)!;
  return tellClock(account, now, { timeZone: "Europe/Brussels", language }).join("\n").replaceAll("\u00a0", " ");
}

test("a presumed receipt: from the start, by the promise, to the hand-over, with the strength of the proof", () => {
  expect(told([evidence(1, "handed-over")], 20)).toBe(
    [
      "The clock starts with the desk’s receipt of the ticket: Thursday, 24 December 2026, 17:30:00.250.",
      "Priority normal: promised within 1 h (policy “standard”, version 3).",
      "Time counts day and night.",
      "Counted: from Thu 24 Dec 17:30:00.250 to Thu 24 Dec 18:30:00.250 (1 h).",
      "The 1 h are used up, and that is the due time: Thursday, 24 December 2026, 18:30:00.250.",
      "Attempt 1 of the notice, to zoe@agence.example: handed over Thursday, 24 December 2026, 17:31:00.250.",
      "It counts as received at that moment if no failure comes back before Thursday, 24 December 2026, 17:46:00.250.",
      "The clock stops at that hand-over: Thursday, 24 December 2026, 17:31:00.250. Receipt is presumed: no failure came back in time.",
      "Met: 59 min before the due time.",
    ].join("\n"),
  );
});

const FAILED = evidence(5, "failed", { source: "delivery-report", detail: "550 5.1.1 unknown" });
const DELIVERED = evidence(9, "delivered", { source: "delivery-report", datedAt: after(2) });

test.each<[string, ClockEvent[], number, string[]]>([
  ["nothing sent", [], 10, ["No notice was handed over", "The clock runs; 50 min are left."]],
  ["waited for", [evidence(1, "handed-over")], 10, ["waits for proof, until Thursday, 24 December 2026, 17:46:00.250"]],
  [
    "a failure",
    [evidence(1, "handed-over"), FAILED],
    70,
    [
      "Attempt 1 failed: it was never received; learned Thursday, 24 December 2026, 17:35:00.250 (delivery report). “550 5.1.1 unknown”",
      "Nothing stopped it in time: 10 min late, and it runs on.",
    ],
  ],
  [
    "a failure after the customer saw it",
    [evidence(1, "handed-over"), evidence(3, "displayed", { source: "call", outgoingMailId: null }), FAILED],
    70,
    ["The customer saw the notice", "(logged call)", "It neither stops the clock", "Met: 59 min before"],
  ],
  [
    "a delivery that is dated",
    [evidence(1, "handed-over"), DELIVERED],
    70,
    ["as the report says Thursday, 24 December 2026, 17:32:00.250", "proven by a reported delivery", "Met: 58 min"],
  ],
  [
    "raised after its due time",
    [event(70, "priority", { from: "normal", to: "urgent" })],
    80,
    [
      "Priority changed from normal to urgent: Thursday, 24 December 2026, 18:40:00.250.",
      "counted from the same start",
    ],
  ],
  ["no request", [event(5, "closed", { as: "not-a-request" })], 90, ["as not a request: the clock does not apply"]],
])("the response clock: %s", (_, events, minutes, sentences) => {
  const text = told(events, minutes);
  for (const sentence of sentences) expect(text).toContain(sentence);
});

test("working hours: each stretch that counted, each pause, and what stopped it", () => {
  const paused = [
    event(10, "state", { from: "new", to: "on-hold", at: after(10) }),
    event(20, "state", { from: "on-hold", to: "open", at: after(20) }),
  ];
  const text = told([...paused, event(25, "message", { kind: "agent", at: after(25) })], 30, "first-reply");
  for (const sentence of [
    "Only the open hours of “staffed” (version 2) count, time zone Europe/Brussels.",
    "Counted: from Thu 24 Dec 17:30:00.250 to Thu 24 Dec 17:40:00.250 (10 min).",
    "Counted: from Thu 24 Dec 17:50:00.250 to Thu 24 Dec 18:00 (9 min 59 s 750 ms).",
    "Counted: from Mon 28 Dec 09:00 to Mon 28 Dec 09:40:00.250 (40 min 250 ms).",
    "Stood still (on hold): from Thu 24 Dec 17:40:00.250 to Thu 24 Dec 17:50:00.250.",
    "A reply of the desk stops the clock: Thursday, 24 December 2026, 17:55:00.250.",
  ])
    expect(text).toContain(sentence);
  expect(told(paused.slice(0, 1), 60, "first-reply")).toContain("Stands still (on hold) since Thursday, 24 December");
  expect(told([event(25, "closed", { as: "solved" })], 30, "first-reply")).toContain("Closing the ticket stops");
});

test("in the reader's language, with its own way of writing times", () => {
  expect(told([evidence(1, "handed-over")], 20, "response", "fr")).toContain(
    "L’horloge part de la réception du ticket par le guichet : jeudi 24 décembre 2026, 17:30:00,250.",
  );
  expect(told([evidence(1, "handed-over")], 20, "response", "nl")).toContain("De termijn van 1 u is om");
});

test.each<[Parameters<typeof tellClock>[3], string]>([
  [
    { messageId: "1@a.be", mailbox: "help@desk.be", remoteIp: "192.0.2.1" },
    "of help@desk.be accepted the message 1@a.be from",
  ],
  [{ messageId: "1@a.be", mailbox: "help@desk.be", remoteIp: null }, "the IMAP server of help@desk.be received"],
  [null, "an agent opened the ticket"],
])("how the receipt by the desk shows: %j", (origin, sentence) => {
  const [account] = accountsOf([REGISTERED], after(1));
  const told = tellClock(account!, after(1), { timeZone: "Europe/Brussels", language: "en" }, origin);
  expect(told[1]).toContain(sentence);
});

test("what counted of a clock that stopped is kept with it: open time without pauses", () => {
  const held = [
    event(10, "state", { from: "new", to: "on-hold", at: after(10) }),
    event(20, "state", { from: "on-hold", to: "open", at: after(20) }),
  ];
  const replied = { ...event(0, "message", { kind: "agent", at: fromIso("2026-12-28T08:30:00Z")! }), at: after(6_000) };
  const folded = foldAll([REGISTERED, ...held, replied], after(6_001));
  const counted = folded.find(({ target }) => target === "first-reply")!.clock.countedMs;
  expect(counted).toBe(10 * MINUTE_MS + (9 * MINUTE_MS + 59_750) + 30 * MINUTE_MS); // To closing time, then Monday's half hour.
  expect(folded[0]!.clock.countedMs).toBeNull();
});
