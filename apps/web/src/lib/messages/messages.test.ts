import { expect, test } from "vitest";
import { en } from "#lib/messages/en.ts";
import { fr, type Messages } from "#lib/messages/fr.ts";
import { nl } from "#lib/messages/nl.ts";

const LANGUAGES = { fr, nl, en };

/** Every message by its path; of a function, what it says of its arguments' places. */
function flatten(messages: object, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(messages)) {
    const here = path === "" ? name : `${path}.${name}`;
    if (typeof value === "string") found.set(here, value);
    else if (typeof value === "function") found.set(here, String(value(...PLACES)));
    else for (const [below, text] of flatten(value as object, here)) found.set(below, text);
  }
  return found;
}

const PLACES = ["⟨1⟩", "⟨2⟩", "⟨3⟩"];

const places = (text: string) => [...new Set(text.match(/⟨\d⟩/g))].toSorted();

/** Words that two languages share, and names of things. */
const SHARED = new Set([
  "report.organisation",
  "report.tickets",
  "product",
  "menu",
  "list.label",
  "mailroom.headers",
  "receipt.notYet",
  "state.open",
  "stateView.open",
  "time.hours",
  "time.minutes",
  "time.seconds",
  "time.days",
  "size.bytes",
  "size.kilobytes",
  "size.megabytes",
  "composer.note",
  "ticket.conversation",
  "ticket.organisation",
  "keys.enterKey",
  "keys.escapeKey",
  "apiDocs.tags.Tickets",
  "apiDocs.title",
  "apiDocs.parameters",
  "apiDocs.in.query",
  "apiDocs.in.header",
  "apiDocs.in.cookie",
  "error.code",
]);

test.each(Object.entries(LANGUAGES))("%s says everything, with every argument", (_, messages) => {
  const model = flatten(fr);
  const said = flatten(messages satisfies Messages);
  expect([...said.keys()].toSorted()).toEqual([...model.keys()].toSorted());
  for (const [path, text] of said) {
    expect.soft(text.trim(), path).not.toBe("");
    expect.soft(places(text), path).toEqual(places(model.get(path)!));
  }
});

test.each([
  ["fr", "nl"],
  ["fr", "en"],
  ["nl", "en"],
] as const)("%s and %s are alike only where both share the word", (one, other) => {
  const second = flatten(LANGUAGES[other]);
  const alike = [...flatten(LANGUAGES[one])].filter(
    ([path, text]) => text === second.get(path) && /\p{L}{2}/u.test(text),
  );
  expect(
    alike.map(([path]) => path).filter((path) => !SHARED.has(path) && !/^door\.example\.\d\.time$/.test(path)),
  ).toEqual([]);
});

test("French keeps its spaces: none that breaks before : ; ? ! and inside quotation marks", () => {
  const wrong = [...flatten(fr)].filter(([, text]) =>
    /[^\s] [:;?!»](\s|$)|« |\S[;?!»](\s|$)|[\p{L}»][:](\s|$)/u.test(text),
  );
  expect(wrong).toEqual([]);
});

test.each(Object.entries(LANGUAGES))("%s does not shout, and keeps its typography", (_, messages) => {
  expect([...flatten(messages)].filter(([, text]) => /!|\.\.\.|'|oops|désolé|sorry/i.test(text))).toEqual([]);
});
