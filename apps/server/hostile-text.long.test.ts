import { afterAll, beforeAll, expect, test } from "vitest";
import { type FurnishedApi, openFurnishedApi } from "./test-furnished-api.ts";
import { NO_CORPORA, readNaughtyStrings } from "./test-naughty-strings.ts";
import { askForEach, textTrials, tryEach } from "./test-text-trial.ts";

let api: FurnishedApi;
beforeAll(async () => {
  api = await openFurnishedApi("hostile text, all of it");
});
afterAll(() => api?.service.close());

test("every text field of the API gives every string back, or refuses it in a sentence", async (context) => {
  const strings = readNaughtyStrings();
  if (strings === null) return context.skip(NO_CORPORA);
  const { faults } = await tryEach(api, textTrials(api), strings);
  expect(faults).toEqual([]);
});

test("no string in an address is a fault of ours", async (context) => {
  const strings = readNaughtyStrings();
  if (strings === null) return context.skip(NO_CORPORA);
  expect(await askForEach(api, strings)).toEqual([]);
});
