import { type Instant, instant } from "@permanence/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ImapPosition, positionIn } from "./imap-position.ts";

const NOW = instant(Date.UTC(2026, 10, 25, 12));
const DAY_MS = 86_400_000;
const FOLDER = { source: "a", uidValidity: 7, uidNext: 101 };
const KNOWN: ImapPosition = {
  source: "a",
  uidValidity: 7,
  lastUid: 90,
  takeFrom: NOW,
  toPutAway: [89, 90],
  leftBehind: 2,
  historyUid: 40,
};
const earlier = instant(NOW - DAY_MS);
const later = instant(NOW + DAY_MS);

test.each([
  ["new, without a date: behind what lies there", FOLDER, null, null, { lastUid: 100 }],
  ["new, with a date: at the beginning", FOLDER, null, earlier, { lastUid: 0, takeFrom: earlier }],
  ["known: where it was", FOLDER, KNOWN, null, KNOWN],
  [
    "other UIDVALIDITY: at the beginning",
    { ...FOLDER, uidValidity: 8 },
    KNOWN,
    null,
    { lastUid: 0, takeFrom: NOW, toPutAway: [], leftBehind: 0, historyUid: 0 },
  ],
  [
    "another server: at the beginning",
    { ...FOLDER, source: "b" },
    KNOWN,
    null,
    { lastUid: 0, takeFrom: NOW, toPutAway: [] },
  ],
  ["an earlier date: at the beginning", FOLDER, KNOWN, earlier, { lastUid: 0, takeFrom: earlier, toPutAway: [89, 90] }],
  ["a later date: where it was", FOLDER, KNOWN, later, { lastUid: 90, takeFrom: later }],
])("%s", (_, folder, known, since, position) => {
  expect(positionIn(folder, known, since, NOW)).toMatchObject(position);
});

// A mailbox whose server delivers, forgets its numbers, and is opened now and then, by somebody who takes as the session does.
type Message = { uid: number; at: Instant; bytes: number };
const anyStep = fc.oneof(
  fc.record({ step: fc.constant("deliver" as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ step: fc.constant("renumber" as const) }),
  fc.record({ step: fc.constant("take" as const), most: fc.integer({ min: 0, max: 5 }) }), // Killed after so many.
);

test("whatever happens in between, each message since the first connection is taken once", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), fc.boolean(), (steps, hasDate) => {
      const since = hasDate ? instant(NOW - 10 * DAY_MS) : null;
      let clock = NOW;
      let messages: Message[] = [];
      let delivered = 0;
      const server = { uidValidity: 1, uidNext: 1 };
      const deliver = (at: Instant) => messages.push({ uid: server.uidNext++, at, bytes: delivered++ });
      for (const daysAgo of [20, 5, 1]) deliver(instant(NOW - daysAgo * DAY_MS));
      const wanted = new Set(hasDate ? [1, 2] : []);
      const taken: number[] = [];
      let known: ImapPosition | null = null;
      const take = (most: number) => {
        const position = positionIn({ source: "a", ...server }, known, since, clock);
        const listed = messages.filter(({ uid, at }) => uid > position.lastUid && at >= position.takeFrom);
        const reached = listed.slice(0, most);
        for (const { bytes } of reached) if (!taken.includes(bytes)) taken.push(bytes);
        known = { ...position, lastUid: reached.at(-1)?.uid ?? position.lastUid };
      };
      take(0);
      for (const each of [...steps, { step: "take" as const, most: Number.POSITIVE_INFINITY }]) {
        clock = instant(clock + 1_000);
        if (each.step === "take") take(each.most);
        if (each.step === "deliver")
          for (let count = 0; count < each.count; count++) {
            wanted.add(delivered);
            deliver(clock);
          }
        if (each.step === "renumber") {
          server.uidValidity++;
          const left = messages.filter(({ bytes }) => !taken.includes(bytes)); // What was taken has been moved away.
          messages = left.map((message, index) => ({ ...message, uid: index + 1 }));
          server.uidNext = messages.length + 1;
        }
      }
      expect(taken.toSorted((a, b) => a - b)).toEqual([...wanted].toSorted((a, b) => a - b));
    }),
  );
});
