import { expect, test } from "vitest";
import { describeBench, lossesOf } from "./bench-report.ts";
import type { LoadResult } from "./intake-bench.ts";
import { Latencies } from "./latencies.ts";
import { makeCorpus, numberOf, senderOf } from "./mail-corpus.ts";
import { sendLoad } from "./mail-sender.ts";
import { startNoticeSink } from "./notice-sink.ts";

test("the mails are of 2 to 200 kB, median 8, each from somebody else", () => {
  const corpus = makeCorpus("help@desk.example");
  const mails = Array.from({ length: 512 }, (_, number) => corpus(number));
  const sizes = mails.map(({ bytes }) => bytes.length).toSorted((a, b) => a - b);
  expect(sizes[0]).toBeGreaterThan(1_900);
  expect(sizes.at(-1)).toBeGreaterThan(80_000);
  expect(sizes.at(-1)).toBeLessThan(210_000);
  expect(sizes[256]).toBeGreaterThan(6_500);
  expect(sizes[256]).toBeLessThan(9_500);
  expect(new Set(mails.map(({ sender }) => sender)).size).toBe(512);
  expect(numberOf(senderOf(417))).toBe(417);
  expect(numberOf("bench@agents.example")).toBe(-1);
});

test("the mails are in three languages, half of them with HTML or a file", () => {
  const corpus = makeCorpus("help@desk.example");
  const mails = Array.from({ length: 60 }, (_, number) => corpus(number).bytes.toString("utf8"));
  const count = (text: string) => mails.filter((mail) => mail.includes(text)).length;
  for (const greeting of ["Bonjour,", "Goedemorgen,", "Hello,"]) expect(count(greeting)).toBe(20);
  expect(count("multipart/alternative")).toBeGreaterThan(10);
  expect(count("application/pdf")).toBeGreaterThan(4);
  expect(mails.every((mail) => !/[^\r]\n|\r[^\n]|^\./m.test(mail))).toBe(true);
});

test("sender and sink speak to each other, each mail once, as the schedule says", async () => {
  const taken: string[] = [];
  const sink = await startNoticeSink((recipient) => taken.push(recipient));
  const corpus = makeCorpus("help@desk.example");
  const accepted: number[] = [];
  const startMs = performance.now();
  let number = 0;
  await sendLoad({
    port: sink.port,
    mailbox: "help@desk.example",
    connections: 4,
    next: () => (number < 40 ? { number, mail: corpus(number), dueMs: startMs + number++ * 5 } : null),
    events: { started: () => {}, accepted: (each) => accepted.push(each), refused: (_, reply) => expect.fail(reply) },
  });
  sink.close();
  expect(taken).toEqual(Array.from({ length: 40 }, () => "help@desk.example"));
  expect(accepted.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index));
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(39 * 5 - 2);
});

test("quantiles are measurements that were made", () => {
  const latencies = new Latencies();
  expect(latencies.summary()).toEqual({ p50: null, p99: null });
  for (let ms = 1; ms <= 200; ms++) latencies.add(ms);
  expect(latencies.summary()).toEqual({ p50: 100, p99: 198 });
});

test("each way of losing mail is said, and none where none was lost", () => {
  const quantiles = { p50: 1, p99: 2 };
  const load: LoadResult = {
    ...{ mails: 10, seconds: 1, mailsPerSecond: 10, acceptMs: quantiles, noticeMs: quantiles },
    ...{ accepted: 10, registered: 10, noticed: 10 },
  };
  const bench = { ...load, peakMemoryMb: null, halfLoad: load, refusals: [] };
  expect(lossesOf(bench)).toEqual([]);
  expect(describeBench(bench).join("\n")).toContain("10 mails in 1 s: 10/s");
  const lossy = { ...bench, accepted: 9, registered: 8, halfLoad: { ...load, noticed: 7 }, refusals: ["3: 452 no"] };
  expect(lossesOf(lossy)).toEqual([
    "1 of 10 mails were not accepted. 3: 452 no",
    "9 mails were accepted, but 8 tickets were registered.",
    "9 mails were accepted, but 10 notices arrived.",
    "10 mails were accepted, but 7 notices arrived.",
  ]);
});
