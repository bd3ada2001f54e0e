import { afterEach, beforeEach, expect, test } from "vitest";
import { type FurnishedApi, openFurnishedApi } from "./test-furnished-api.ts";
import { NO_CORPORA, readNaughtyStrings } from "./test-naughty-strings.ts";
import { askForEach, nameOf, textTrials, tryEach } from "./test-text-trial.ts";

// A share of the strings for each desk: what is read to find one again grows with all that was said before.
const SHARES = 10;
const ALL = Array.from({ length: SHARES }, (_, share) => share);
const shareOf = <T>(all: T[], share: number) => all.filter((_, index) => index % SHARES === share);

let api: FurnishedApi;
beforeEach(async () => {
  api = await openFurnishedApi("hostile text, all of it");
});
afterEach(() => api?.service.close());

test.for(ALL)(
  "every text field of the API gives strings back, or refuses them in a sentence: share %i",
  async (share, context) => {
    const strings = readNaughtyStrings();
    if (strings === null) return context.skip(NO_CORPORA);
    const trials = textTrials(api);
    const plain = await tryEach(api, trials, ["plain"]);
    const [free, bound] = [true, false].map((isFree) =>
      trials.filter((trial) => plain.taken.has(nameOf(trial)) === isFree),
    );
    const kept = await tryEach(api, free!, shareOf(strings, share));
    // A place that takes durations or names alone refuses all of these in the same sentence.
    const refused = await tryEach(api, bound!, shareOf(strings, share).slice(0, 2));
    expect([...plain.faults, ...kept.faults, ...refused.faults]).toEqual([]);
  },
);

test.for(ALL)("no string in an address is a fault of ours: share %i", async (share, context) => {
  const strings = readNaughtyStrings();
  if (strings === null) return context.skip(NO_CORPORA);
  expect(await askForEach(api, shareOf(strings, share))).toEqual([]);
});
