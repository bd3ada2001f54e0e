import fc from "fast-check";
import { expect, test } from "vitest";
import { divide, findLinks } from "#lib/ticket/quotation.ts";

test.each([
  ["all of it is new", "Bonjour", "Bonjour", { before: "", reply: "Bonjour", after: "" }],
  ["quoted below", "Merci\n\n> Bonjour", "Merci", { before: "", reply: "Merci", after: "> Bonjour" }],
  ["quoted above", "> Bonjour\n\nMerci", "Merci", { before: "> Bonjour", reply: "Merci", after: "" }],
  ["quotes between", "A\n> q\nB", "A\nB", { before: "", reply: "A\nB", after: "A\n> q\nB" }],
  ["nothing new", "> only quotes", "", { before: "", reply: "> only quotes", after: "" }],
  ["nothing at all", " \n", "", { before: "", reply: "", after: "" }],
])("%s", (_, text, reply, parts) => {
  expect(divide(text, reply)).toEqual(parts);
});

test("no word of a message is ever lost", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (before, reply, after) => {
      const text = `${before}\n${reply}\n${after}`;
      const parts = divide(text, reply);
      const shown = `${parts.before} ${parts.reply} ${parts.after}`.replace(/\s+/g, "");
      for (const word of text.split(/\s+/)) expect(shown).toContain(word);
    }),
  );
});

test.each([
  ["see https://a.be/x?y=1#z.", ["https://a.be/x?y=1#z"]],
  ["(http://a.be), « https://b.be » !", ["http://a.be", "https://b.be"]],
  ["javascript:alert(1) data:text/html,x ftp://a.be www.a.be", []],
  ['https://a.be/"onmouseover="x', ["https://a.be/"]],
  ["https://", []],
])("links in %j", (text, links) => {
  const pieces = findLinks(text);
  expect(pieces.flatMap(({ href }) => href ?? [])).toEqual(links);
  expect(pieces.map((piece) => piece.text).join("")).toBe(text);
});

test("the pieces are the text, and only web addresses are links", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.webUrl(), fc.constant(" "))), (parts) => {
      const text = parts.join("");
      const pieces = findLinks(text);
      expect(pieces.map((piece) => piece.text).join("")).toBe(text);
      for (const { href } of pieces) expect(href === null || /^https?:\/\//i.test(href)).toBe(true);
    }),
  );
});
