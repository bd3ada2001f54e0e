import { expect, test } from "vitest";
import { mentionsIn, typedName } from "#lib/ticket/mentions.ts";

const PEOPLE = [
  { key: "agent:1", name: "An" },
  { key: "agent:2", name: "An Peeters" },
  { key: "team:3", name: "Facturation" },
];

test.each([
  ["@", ""],
  ["Voir @An P", "An P"],
  ["(@Fac", "Fac"],
  ["an@agence.be", null],
  ["@An\nMerci", null],
  ["rien", null],
])("of %j the name %j is being typed", (text, typed) => {
  expect(typedName(text)).toBe(typed);
});

test.each([
  ["@An Peeters et @Facturation", ["agent:2", "team:3"]],
  ["@An, regardez", ["agent:1"]],
  ["@An et @An Peeters", ["agent:1", "agent:2"]],
  ["an@example.be", []],
])("%j names %j", (text, keys) => {
  expect(mentionsIn(text, PEOPLE)).toEqual(keys);
});
