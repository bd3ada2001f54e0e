import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DESK_SENTENCES, inWords, sourceInWords } from "#lib/messages/desk-sentences.ts";
import { REFUSALS, refusalInWords } from "#lib/messages/refusals.ts";
import { en } from "#lib/messages/en.ts";
import { fr } from "#lib/messages/fr.ts";
import { nl } from "#lib/messages/nl.ts";

test.each([
  [
    "The words of the mail say too little: somebody is to classify it.",
    "Les mots de l’e-mail en disent trop peu\u00a0: quelqu’un doit le classer.",
  ],
  ["Its parts nest more than 50 levels deep.", "Ses parties s’emboîtent sur plus de 50 niveaux."],
  ["An Peeters told the customer on the phone.", "An Peeters l’a dit au client au téléphone."],
  ["out-of-office", "Absence du bureau."],
  ["It moves nothing. It is still on its way.", "Il ne change rien. L’e-mail est encore en route."],
])("%s", (stored, shown) => {
  expect(inWords(stored, fr)).toBe(shown);
  expect(inWords(stored, nl)).not.toBe(stored);
});

test("what a person wrote, and what these pages do not know, stays as it is", () => {
  for (const text of ["Toute l’agence est touchée.", "550 5.1.1 no such user", ""]) {
    expect(inWords(text, nl)).toBe(text);
    expect(sourceInWords(text, nl)).toBe(text);
  }
  expect(sourceInWords("relay", fr)).toBe("relais");
  expect(sourceInWords("no failure came back", en)).toBe("no failure came back");
  expect(sourceInWords("constructor", fr)).toBe("constructor");
});

const MODULES = join(import.meta.dirname, "../../../../../modules");

/** Of the sentence that a pattern knows, the longest piece that is written as it is. */
const spoken = (pattern: RegExp) =>
  pattern.source
    .split(/\(.*?\)|\\.\+?|\.\*|[\^$]/)
    .toSorted((a, b) => b.length - a.length)[0]!
    .trim();

/** All that forms of promises, tickets and reports can be refused with. */
test("each refusal of a form has its words", () => {
  const files = ["policy-settings", "calendar-settings", "durations"].map((name) =>
    join(MODULES, "people", `${name}.ts`),
  );
  const source = [
    ...files,
    join(MODULES, "reports/report-request.ts"),
    join(MODULES, "mail/mailbox-contents-routes.ts"),
    ...["rota-document", "duty-settings"].map((name) => join(MODULES, "duty", `${name}.ts`)),
    join(MODULES, "tickets/triage-table.ts"),
    ...["assignment-rule", "key-choices", "view-filter"].map((name) => join(MODULES, "tickets", `${name}.ts`)),
  ]
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  const said = [...source.matchAll(/(["'`])(must .*?)(?<!\\)\1/g)].map((found) => found[2]!.replace(/\$\{.*?\}/g, "…"));
  expect(said.length).toBeGreaterThan(30);
  const programsOnly = /^must (be a list|be true or false|have 50|be the name of a target)/; // No form of ours sends such.
  expect(said.filter((text) => !programsOnly.test(text) && refusalInWords(text, fr) === null)).toEqual([]);
});

test.each([
  [
    "json.document.week.fri.0: must not overlap another span, past midnight included",
    "vendredi, 1\u00a0: chevauche une autre plage, aussi après minuit",
  ],
  ['json.document.response.high.target: must be a duration such as "15 min", "4 h" or "2 d"', "accusé, haute, durée"],
  ["json.subject: must not be empty", "objet\u00a0: ne peut pas être vide"],
  ["json.other: Invalid input", "other\u00a0: Invalid input"],
])("%s", (told, shown) => {
  expect(inWords(told, fr)).toContain(shown);
});

test("each of these sentences is one that the modules say", () => {
  const said = ["mail", "people", "tickets", "duty", "feedback", "reports", "proof"]
    .flatMap((name) => readdirSync(join(MODULES, name)).map((file) => join(MODULES, name, file)))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  const unsaid = [...DESK_SENTENCES, ...REFUSALS]
    .map(([pattern]) => spoken(pattern))
    .filter((text) => !said.includes(text));
  expect(unsaid).toEqual([]);
});
