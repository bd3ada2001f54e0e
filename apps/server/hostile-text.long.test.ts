import { afterAll, beforeAll, expect, test } from "vitest";
import { type FurnishedApi, openFurnishedApi } from "./test-furnished-api.ts";
import { NO_CORPORA, readNaughtyStrings } from "./test-naughty-strings.ts";
import { askForEach, nameOf, textTrials, tryEach } from "./test-text-trial.ts";

let api: FurnishedApi;
beforeAll(async () => {
  api = await openFurnishedApi("hostile text, all of it");
});
afterAll(() => api?.service.close());

test("every text field of the API gives every string back, or refuses it in a sentence", async (context) => {
  const strings = readNaughtyStrings();
  if (strings === null) return context.skip(NO_CORPORA);
  const trials = textTrials(api);
  const plain = await tryEach(api, trials, ["plain"]);
  const [free, bound] = [true, false].map((isFree) =>
    trials.filter((trial) => plain.taken.has(nameOf(trial)) === isFree),
  );
  // Each fourth string: all of them take longer than the long tests may.
  const kept = await tryEach(
    api,
    free!,
    strings.filter((_, index) => index % 4 === 0),
  );
  // A place that takes durations or names alone refuses all of these in the same sentence.
  const refused = await tryEach(
    api,
    bound!,
    strings.filter((_, index) => index % 40 === 0),
  );
  expect([...plain.faults, ...kept.faults, ...refused.faults]).toEqual([]);
});

test("no string in an address is a fault of ours", async (context) => {
  const strings = readNaughtyStrings();
  if (strings === null) return context.skip(NO_CORPORA);
  expect(await askForEach(api, strings)).toEqual([]);
});
