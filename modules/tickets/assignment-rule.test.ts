import fc from "fast-check";
import { expect, test } from "vitest";
import { type AssignmentRule, assignmentRuleSchema, type Candidate, leastLoaded, runRules } from "./assignment-rule.ts";
import type { RuleFacts } from "./assignment-rule.ts";

const id = (n: number) => `00000000-0000-7000-8000-00000000000${n}`;
const [TEAM, TAG, OTHER_TAG] = [id(1), id(2), id(3)];
const FACTS: RuleFacts = {
  ...{ priority: "normal", language: "nl", organisationId: id(9), tagIds: [], mailbox: "aide@desk.example" },
  signs: ["sending-fails"],
};
const rule = (when: object, give: object = { teamId: TEAM }, more: object = {}): AssignmentRule =>
  assignmentRuleSchema.parse({ name: "Règle", when, give, ...more });

test.each([
  ["asks nothing", {}, true],
  ["asks for one of two languages", { languages: ["fr", "nl"] }, true],
  ["asks for another language", { languages: ["fr"] }, false],
  ["asks for the priority", { priorities: ["normal"] }, true],
  ["asks for another priority", { priorities: ["urgent", "high"] }, false],
  ["asks for the organisation", { organisationIds: [id(9)] }, true],
  ["asks for another organisation", { organisationIds: [id(8)] }, false],
  ["asks for the mailbox, in any case of letters", { mailboxes: ["Aide@Desk.example"] }, true],
  ["asks for another mailbox", { mailboxes: ["info@desk.example"] }, false],
  ["asks for a sign of the triage", { signs: ["data-loss", "sending-fails"] }, true],
  ["asks for another sign", { signs: ["data-loss"] }, false],
  ["asks for a tag that nobody gave", { tagIds: [TAG] }, false],
  ["asks for two things of which one holds", { languages: ["nl"], priorities: ["urgent"] }, false],
])("a rule that %s", (_, when, holds) => {
  expect(runRules([rule(when)], FACTS).assigning !== null).toBe(holds);
  expect(runRules([rule(when, undefined, { on: false })], FACTS).assigning).toBeNull();
});

test("who has no organisation meets no rule that asks for one", () => {
  expect(runRules([rule({ organisationIds: [id(9)] })], { ...FACTS, organisationId: null }).assigning).toBeNull();
});

test("a rule that only tags goes on to the next, which sees the tag", () => {
  const tagging = rule({ signs: ["sending-fails"] }, { tagIds: [TAG] });
  const byTag = rule({ tagIds: [TAG] });
  const never = rule({}, { tagIds: [OTHER_TAG], agentId: id(5) });
  const outcome = runRules([tagging, byTag, never], FACTS);
  expect(outcome).toMatchObject({ tagIds: [TAG], assigning: byTag, rules: [tagging, byTag] });
});

const anyRule = fc
  .record({
    languages: fc.subarray(["fr", "nl", "en"]),
    priorities: fc.subarray(["urgent", "high", "normal", "low"]),
    tagIds: fc.subarray([TAG, OTHER_TAG], { maxLength: 1 }),
    gives: fc.constantFrom("team", "tag", "both"),
    on: fc.boolean(),
  })
  .map(({ gives, on, ...when }) => {
    const give = { tagIds: gives === "team" ? [] : [TAG], teamId: gives === "tag" ? null : TEAM };
    return rule(when, give, { on });
  });

test("the first rule that assigns is the last that runs, and what stands behind it changes nothing", () => {
  fc.assert(
    fc.property(fc.array(anyRule, { maxLength: 6 }), fc.array(anyRule, { maxLength: 3 }), (rules, behind) => {
      const outcome = runRules(rules, FACTS);
      if (outcome.assigning === null) expect(outcome.rules.every(({ give }) => give.teamId === null)).toBe(true);
      else {
        expect(outcome.rules.at(-1)).toBe(outcome.assigning);
        expect(runRules([...rules, ...behind], FACTS)).toEqual(outcome);
      }
      for (const { on } of outcome.rules) expect(on).toBe(true);
      expect(runRules(rules, FACTS)).toEqual(outcome); // Twice is once.
    }),
  );
});

const anyCandidates = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    name: fc.constant("An"),
    languages: fc.subarray(["fr", "nl", "en"]),
    load: fc.nat({ max: 4 }),
  }),
  { selector: ({ id: each }) => each, maxLength: 8 },
);

test("the least loaded speaks the language, has no more than any other speaker, and is the same in any order", () => {
  fc.assert(
    fc.property(anyCandidates, (candidates: Candidate[]) => {
      const chosen = leastLoaded(candidates, "nl");
      const speakers = candidates.filter(({ languages }) => languages.includes("nl"));
      expect(chosen === null).toBe(speakers.length === 0);
      if (chosen === null) return;
      expect(chosen.languages).toContain("nl");
      for (const { load } of speakers) expect(chosen.load).toBeLessThanOrEqual(load);
      expect(leastLoaded(candidates.toReversed(), "nl")).toBe(chosen);
    }),
  );
});

test.each([
  ["gives nothing", {}],
  ["gives to the least loaded of no team", { leastLoaded: true, tagIds: [TAG] }],
  ["gives to the least loaded and to somebody", { leastLoaded: true, teamId: TEAM, agentId: id(4) }],
])("a rule that %s is none", (_, give) => {
  expect(assignmentRuleSchema.safeParse({ name: "Règle", when: {}, give }).success).toBe(false);
});
