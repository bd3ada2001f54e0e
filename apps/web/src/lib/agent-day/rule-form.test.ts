import { expect, test } from "vitest";
import { newOrganisations, readRules } from "#lib/agent-day/rule-form.ts";

function formOf(entries: [string, string][]): FormData {
  const form = new FormData();
  for (const [name, value] of entries) form.append(name, value);
  return form;
}

test("rules come in the order that was asked for, without those that lost their name", () => {
  const rules = readRules(
    formOf([
      ["count", "3"],
      ...([
        ["0-name", "second"],
        ["0-order", "2"],
        ["0-on", "on"],
        ["0-give-team", "t"],
        ["0-least", "on"],
      ] as [string, string][]),
      ...([
        ["1-name", " "],
        ["1-order", "0"],
      ] as [string, string][]),
      ...([
        ["2-name", "first"],
        ["2-order", "1"],
        ["2-language", "nl"],
        ["2-language", "fr"],
        ["2-signs", "a, b,"],
      ] as [string, string][]),
    ]),
  );
  expect(rules.map(({ name, on }) => [name, on])).toEqual([
    ["first", false],
    ["second", true],
  ]);
  expect(rules[0]!.when).toMatchObject({ languages: ["nl", "fr"], signs: ["a", "b"] });
  expect(rules[1]!.give).toEqual({ tagIds: [], teamId: "t", agentId: null, leastLoaded: true });
});

test("an organisation that is named anew belongs to its rule", () => {
  const form = formOf([
    ["0-organisation", ""],
    ["1-organisation", " Agence "],
    ["1-organisation-id", "x"],
  ]);
  expect(newOrganisations(form)).toEqual([["1-organisation-id", "Agence"]]);
});
