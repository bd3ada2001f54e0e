import { afterAll, beforeAll, expect, test } from "vitest";
import { type FurnishedApi, openFurnishedApi } from "./test-furnished-api.ts";
import { NO_CORPORA, readNaughtyStrings } from "./test-naughty-strings.ts";
import { askForEach, nameOf, textTrials, tryEach } from "./test-text-trial.ts";

// What is typed comes back as it was, or is refused in a sentence. All strings in all places: hostile-text.long.test.ts.

let api: FurnishedApi;
beforeAll(async () => {
  api = await openFurnishedApi("hostile text");
});
afterAll(() => api?.service.close());

/** Where anything that people write is taken; so these tests do ask for what can be had. */
const TAKES_ANYTHING = [
  "PATCH /my name",
  "POST /organisations name",
  "PUT /site-pages/{name}/{language} title",
  "PUT /site-pages/{name}/{language} body",
  "POST /tickets contact.name",
  "POST /tickets subject",
  "POST /tickets text",
  "POST /tickets priorityReason",
  "PATCH /tickets/{id} priorityReason",
  "PATCH /tickets/{id} subject",
  "POST /tickets/{id}/messages text",
  "POST /incidents title.fr",
  "POST /incidents text.fr",
  "POST /incidents/{id}/updates text.fr",
  "POST /incidents/{id}/replies text.fr",
  "POST /incidents/{id}/resolution text.fr",
  "POST /desks/{slug}/requests name",
  "POST /desks/{slug}/requests subject",
  "POST /desks/{slug}/requests text",
  "POST /inbound-mails/{id}/ticket contact.name",
  "POST /me/page-channels label",
];

test("every text field of the API takes what is plain, or says why not", async () => {
  const { taken, faults } = await tryEach(api, textTrials(api), ["Été “naïef” 漢字 👩🏽‍🚒 <b>&amp;</b>"]);
  expect(faults).toEqual([]);
  expect([...taken]).toEqual(expect.arrayContaining(TAKES_ANYTHING));
});

test("of the strings that break programs, each comes back unharmed from where texts are taken", async (context) => {
  const strings = readNaughtyStrings();
  if (strings === null) return context.skip(NO_CORPORA);
  const free = textTrials(api).filter((trial) => TAKES_ANYTHING.includes(nameOf(trial)));
  const { taken, faults } = await tryEach(
    api,
    free,
    strings.filter((_, index) => index % 80 === 0),
  );
  expect(faults).toEqual([]);
  expect([...taken].toSorted()).toEqual(TAKES_ANYTHING.toSorted());
});

test("no text in an address is a fault of ours", async () => {
  expect(await askForEach(api, ["\0", "%", "'); --\" \\_*"])).toEqual([]);
});
