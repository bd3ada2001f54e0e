import fc from "fast-check";
import { expect, test } from "vitest";
import { joinFlowedLines } from "./mime-flowed.ts";

const joined = (deletesSpace: boolean, ...lines: string[]): string => joinFlowedLines(lines.join("\n"), deletesSpace);

test.each([
  ["a paragraph", ["The printer ", "does not ", "print."], "The printer does not print."],
  ["lines that are fixed", ["one", "two"], "one\ntwo"],
  ["an empty line between", ["one ", "", "two"], "one \ntwo"],
  ["what was stuffed", [" From now on", " > no quote", "  indented"], "From now on\n> no quote\n indented"],
  ["quotes", ["> It is ", "> broken."], "> It is broken."],
  ["quotes of quotes, each apart", [">> Is ", ">> it? ", "> Yes. ", "No."], ">> Is it? \n> Yes. \nNo."],
  ["a signature below a line that flows", ["Thanks ", "-- ", "Ann"], "Thanks \n-- \nAnn"],
  ["a signature in a quote", ["> Thanks ", "> -- ", "> Ann"], "> Thanks \n> -- \n> Ann"],
  ["the end within a paragraph", ["one ", "two "], "one two "],
])("joins %s", (_, lines, expected) => {
  expect(joined(false, ...lines)).toBe(expected);
});

test("with DelSp, the space that marks is none of the text", () => {
  expect(joined(true, "Donau ", "dampf ", "schiff")).toBe("Donaudampfschiff");
  expect(joined(true, "two  ", "words", "> a ", "> b")).toBe("two words\n> ab");
  expect(joined(true, "-- ", "Ann")).toBe("-- \nAnn");
});

test("loses no character but marks", () => {
  const line = fc.constantFrom("a ", "b", " c ", "> d ", ">> e", "-- ", "", " ");
  fc.assert(
    fc.property(fc.array(line), fc.boolean(), (lines, deletesSpace) => {
      const letters = (text: string): string => text.replaceAll(/[^a-e-]/g, "");
      expect(letters(joined(deletesSpace, ...lines))).toBe(letters(lines.join("")));
    }),
  );
});
