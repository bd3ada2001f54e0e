import { expect, test } from "vitest";
import { readTemplateFile } from "./template-file.ts";

const KINDS = [{ name: "notice", variables: ["name", "number"], languages: ["fr", "nl"] }];
const read = (text: string, name = "notice.fr.md") => readTemplateFile({ name, text }, KINDS, ["fr", "nl"]);

test("a template is its subject and its body", () => {
  expect(read("---\r\nsubject: 'A: {{number}}'\r\n---\r\n{{ name? }}, bonjour { {}")).toEqual({
    template: { name: "notice", language: "fr", subject: "A: {{number}}", body: "{{ name? }}, bonjour { {}" },
  });
});

const GOOD = "---\nsubject: S\n---\n";
test.each([
  [
    `${GOOD}Bonjour\n{{nmae}}\n`,
    "notice.fr.md",
    "templates/notice.fr.md, line 5",
    '"{{nmae}}" is no variable of notice; these are: name, number.',
  ],
  ["---\nsubject: '{{nr}}'\n---\n", "notice.fr.md", "templates/notice.fr.md, line 2", '"{{nr}}" is no variable'],
  [`${GOOD}{{name} oh`, "notice.fr.md", "templates/notice.fr.md, line 4", '"{{name} oh" is no variable'],
  [`${GOOD}{{name}} }}`, "notice.fr.md", "templates/notice.fr.md, line 4", '"}}" is no variable'],
  [`${GOOD}{{#if name}}`, "notice.fr.md", "templates/notice.fr.md, line 4", '"{{#if name}}" is no variable'],
  ["Bonjour", "notice.fr.md", "templates/notice.fr.md, line 1", "It must begin with"],
  ["---\ntitle: S\n---\n", "notice.fr.md", "templates/notice.fr.md, line 1", "It must begin with"],
  ["---\nsubject: S\ncc: a\n---\n", "notice.fr.md", "templates/notice.fr.md, line 1", "It must begin with"],
  ["---\nsubject: [\n---\n", "notice.fr.md", "templates/notice.fr.md, line 1", "It must begin with"],
  ['---\nsubject: "a\\nBcc: b"\n---\n', "notice.fr.md", "templates/notice.fr.md, line 1", "It must begin with"],
  [GOOD, "notice.de.md", "templates/notice.de.md", 'The desk has no language "de" (fr, nl).'],
  [GOOD, "notise.fr.md", "templates/notise.fr.md", 'Its name must be one of "notice"'],
  [GOOD, "notice.md", "templates/notice.md", "Its name must be"],
])("%j as %s", (text, name, place, sentence) => {
  expect(read(text, name)).toEqual({ errors: [{ place, sentence: expect.stringContaining(sentence) as string }] });
});
