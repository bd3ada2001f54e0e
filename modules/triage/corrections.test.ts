import fc from "fast-check";
import { expect, test } from "vitest";
import { type DeskWeights, learnFrom } from "./corrections.ts";
import { suggestPriority } from "./suggestion.ts";

const MAIL = { subject: "Zorblax", body: "De zorblax van kantoor knippert paars, hoe kan ik dat aanpassen?" };
const times = (count: number, correct: (weights: DeskWeights | null) => DeskWeights): DeskWeights => {
  let weights: DeskWeights | null = null;
  for (let i = 0; i < count; i++) weights = correct(weights);
  return weights!;
};

test("what a desk corrects is suggested the next time, for mails like it, and for no others", () => {
  expect(suggestPriority(MAIL).priority).toBe("low");
  const learned = times(6, (weights) => learnFrom(weights, { ...MAIL, priority: "urgent" }));
  expect(suggestPriority(MAIL, learned).priority).toBe("urgent");
  expect(suggestPriority({ ...MAIL, body: `Hallo, ${MAIL.body}` }, learned).priority).toBe("urgent");
  const other = { subject: "", body: "Comment puis-je ajouter un utilisateur ?" };
  expect(suggestPriority(other, learned).priority).toBe("low");
});

test("learning is pure, and survives JSON", () => {
  const first = learnFrom(null, { ...MAIL, priority: "high" });
  const copy = structuredClone(first);
  const second = learnFrom(first, { ...MAIL, priority: "high" });
  expect(first).toEqual(copy);
  expect(learnFrom(JSON.parse(JSON.stringify(first)), { ...MAIL, priority: "high" })).toEqual(second);
  expect(second.learned).toBe(2);
});

test("weights stay small, whatever is learned and however often", () => {
  const words = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h", " ") }), {
    minLength: 20,
    maxLength: 120,
  });
  const sample = fc.sample(words, { numRuns: 60, seed: 7 }).map((parts) => parts.join(" "));
  let weights: DeskWeights | null = null;
  for (const body of sample) weights = learnFrom(weights, { subject: "__proto__", body, priority: "urgent" });
  for (let i = 0; i < 400; i++) weights = learnFrom(weights, { ...MAIL, priority: i % 2 ? "urgent" : "low" });
  expect(Object.keys(weights!.words).length).toBeLessThanOrEqual(2_000);
  expect(JSON.stringify(weights).length).toBeLessThan(200_000);
  const most = Math.max(...Object.values(weights!.words).flatMap((row) => row.map(Math.abs)));
  expect(most).toBeLessThanOrEqual(4);
});
