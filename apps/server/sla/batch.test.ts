import { Readable, Writable } from "node:stream";
import { expect, test } from "vitest";
import { answerBatch } from "./batch.ts";
import { answerDue, answerElapsed, answerFold } from "./batch-case.ts";
import type { Answering } from "./case-reading.ts";

async function ask(answer: Answering, lines: unknown[]): Promise<unknown[]> {
  let text = "";
  const output = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  const input = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  await answerBatch(Readable.from([input]), output, answer);
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
}

const OFFICE = {
  timeZone: "Europe/Brussels",
  week: {
    mon: [
      ["09:00", "12:30"],
      ["13:00", "18:00"],
    ],
    thu: [["09:00", "18:00"]],
  },
  holidays: ["2026-12-25"],
};
const CASE = { calendar: OFFICE, startedAt: "2026-12-24T16:30:00Z", budgetMs: 14_400_000 };
const PAUSE = ["2026-12-28T09:00:00Z", "2026-12-28T10:00:00Z"];

test("each case is answered on its own line, in order, whatever the others hold", async () => {
  const cases = [
    CASE,
    "nothing",
    { ...CASE, pauses: [PAUSE, PAUSE] },
    { ...CASE, calendar: { timeZone: "UTC", week: {} } },
    { ...CASE, calendar: { timeZone: "Mars/Base", week: {} } },
    { ...CASE, startedAt: "2026-02-30T16:30:00Z" },
    { ...CASE, budgetMs: 0 },
    { ...CASE, calendar: { ...OFFICE, holidays: ["2026-02-30"] } },
    {
      ...CASE,
      calendar: {
        ...OFFICE,
        holidays: ["12-25", { day: "12-24", closed: [["17:45", "24:00"]] }],
        openings: [{ day: "2026-12-26", hours: [["10:00", "11:00"]] }],
      },
    },
    {
      ...CASE,
      calendar: {
        timeZone: "UTC",
        week: {
          mon: [
            ["09:00", "09:00"],
            ["22:00", "02:00"],
            ["23:00", "24:00"],
          ],
        },
      },
    },
    [],
  ];
  expect(await ask(answerDue, cases)).toEqual([
    { dueAt: "2026-12-28T11:30:00.000Z" },
    { error: "The line is no JSON." },
    { dueAt: "2026-12-28T13:00:00.000Z" },
    { dueAt: null },
    { error: expect.stringMatching(/^calendar\.timeZone: must be a time zone/) },
    { error: expect.stringMatching(/^startedAt: must be an instant/) },
    { error: expect.stringMatching(/^budgetMs: must be a whole number/) },
    { error: expect.stringMatching(/^calendar\.holidays\[0\]: must be a day that exists/) },
    { dueAt: "2026-12-28T10:45:00.000Z" },
    { dueAt: "2026-12-29T02:00:00.000Z" },
    { error: "A case must be a JSON object." },
  ]);
});

test("elapsed time counts neither pauses nor what lies before the start", async () => {
  const { budgetMs: _, ...rest } = CASE;
  const cases = [
    { ...rest, until: "2026-12-28T13:00:00Z", pauses: [PAUSE] },
    { ...rest, until: "2026-12-20T13:00:00Z" },
    { ...rest, calendar: "always", until: "2026-12-24T16:30:00.001Z" },
  ];
  expect(await ask(answerElapsed, cases)).toEqual([{ elapsedMs: 14_400_000 }, { elapsedMs: 0 }, { elapsedMs: 1 }]);
});

test("a response clock is folded by what was known", async () => {
  const target = { targetMs: 3_600_000, demands: "presumed", waitingMs: 900_000 };
  const base = {
    receivedAt: "2026-12-24T16:30:00Z",
    priority: "normal",
    policy: { urgent: { ...target, demands: "delivered" }, high: target, normal: target, low: target },
    events: [{ at: "2026-12-24T16:30:02Z", type: "handed-over", attempt: "a1" }],
  };
  const dueAt = "2026-12-24T17:30:00.000Z";
  expect(
    await ask(answerFold, [
      { ...base, now: "2026-12-24T16:40:00Z" },
      { ...base, now: "2026-12-24T16:45:02Z" },
      { ...base, priority: "urgent", now: "2026-12-24T17:30:00.001Z" },
      { ...base, events: [{ at: "2026-12-24T16:30:02Z", type: "vanished" }], now: "2026-12-24T17:30:00Z" },
    ]),
  ).toEqual([
    { dueAt, stoppedAt: null, outcome: "pending" },
    { dueAt, stoppedAt: "2026-12-24T16:30:02.000Z", outcome: "met" },
    { dueAt, stoppedAt: null, outcome: "breached" },
    { error: expect.stringMatching(/^events\[0\]\.type: must be a known event/) },
  ]);
});
