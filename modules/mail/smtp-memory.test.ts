import { instant, VirtualClock } from "@permanence/kernel";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MailMemory, type MemoryShare } from "./smtp-memory.ts";

const LIMITS = { sharedBytes: 100, patienceMs: 1_000, slowAfterMs: 5_000 };

let clock: VirtualClock;
let memory: MailMemory;
let sentAway: string[];

beforeEach(() => {
  vi.useFakeTimers();
  clock = new VirtualClock(instant(0));
  memory = new MailMemory(LIMITS, clock);
  sentAway = [];
});
afterEach(() => vi.useRealTimers());

function open(name: string): MemoryShare {
  const share = memory.open(() => {
    sentAway.push(name);
    share.release();
  });
  return share;
}

async function isWaiting(work: Promise<void>): Promise<boolean> {
  return Promise.race([work.then(() => false), vi.advanceTimersByTimeAsync(0).then(() => true)]);
}

async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await vi.advanceTimersByTimeAsync(ms);
}

test("one mail may go over what is shared; the next waits until something is given back", async () => {
  const [a, b, c] = [open("a"), open("b"), open("c")];
  await a.hold(60);
  await b.hold(500);
  const waiting = c.hold(50);
  expect(await isWaiting(waiting)).toBe(true);
  expect(await isWaiting(b.hold(50))).toBe(false);
  a.release();
  expect(await isWaiting(waiting)).toBe(true);
  b.release();
  expect(await isWaiting(waiting)).toBe(false);
});

test("the slowest is sent away for one that waits, but neither a young mail nor one that is all here", async () => {
  const [whole, slow] = [open("whole"), open("slow")];
  await whole.hold(90);
  whole.complete();
  await pass(100);
  await slow.hold(100);
  await pass(4_950);
  const young = open("young");
  const waiting = young.hold(10);
  await pass(900);
  expect(sentAway).toEqual([]);
  await pass(100);
  expect(sentAway).toEqual(["slow"]);
  expect(await isWaiting(waiting)).toBe(false);
});

test("a mail that was sent away while it waited is told so", async () => {
  const [a, b] = [open("a"), open("b")];
  await a.hold(200);
  const waiting = b.hold(10);
  waiting.catch(() => {});
  b.release();
  await expect(waiting).rejects.toThrow("try again in a minute");
});

test("whatever comes and goes, no more than the limit and one mail is held, and all get through", async () => {
  const sizes = fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(sizes, async (mails) => {
      memory = new MailMemory(LIMITS, clock);
      let held = 0;
      let most = 0;
      const senders = mails.map(async (chunks, index) => {
        const share = open(`${index}`);
        let own = 0;
        for (const bytes of chunks) {
          await share.hold(bytes);
          own += bytes;
          held += bytes;
          most = Math.max(most, held);
        }
        share.complete();
        held -= own;
        share.release();
      });
      await Promise.all(senders);
      expect(most).toBeLessThanOrEqual(LIMITS.sharedBytes + 6 * 60);
      expect(held).toBe(0);
    }),
  );
});
