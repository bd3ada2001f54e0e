import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadCases, loadLaterCases } from "@permanence/triage";
import { expect, test } from "vitest";
import { fitRidge } from "./ridge.ts";
import { scoreCases, weightedKappa } from "./triage-bench.ts";
import { crossValidate } from "./triage-folds.ts";

// The same words always give the same figures: these are floors, not measurements of a machine.
test("our own cases are classified as well as wanted", () => {
  const { cases, kappa, urgentPrecision, urgentRecall } = scoreCases(loadCases());
  expect(cases).toBeGreaterThanOrEqual(204);
  expect(kappa).toBeGreaterThanOrEqual(0.9);
  expect(urgentRecall).toBeGreaterThanOrEqual(0.93);
  expect(urgentPrecision).toBeGreaterThanOrEqual(0.85);
});

test("mails about other things are seldom read far off: what is urgent is at least marked", () => {
  const { kappa, table } = scoreCases(loadLaterCases());
  expect(kappa).toBeGreaterThanOrEqual(0.7);
  expect(table[0]![3]! + table[3]![0]!).toBe(0);
});

test("weighted kappa is 1 for agreement, 0 for chance, and counts far misses most", () => {
  const right = [
    [5, 0, 0],
    [0, 5, 0],
    [0, 0, 5],
  ];
  expect(weightedKappa(right)).toBe(1);
  expect(weightedKappa(right.map(() => [2, 2, 2]))).toBeCloseTo(0);
  const near = weightedKappa([
    [4, 1, 0],
    [0, 5, 0],
    [0, 0, 5],
  ]);
  const far = weightedKappa([
    [4, 0, 1],
    [0, 5, 0],
    [0, 0, 5],
  ]);
  expect(far).toBeLessThan(near);
  // By hand: observed 2·1², expected (1·1+1·1)·… over rows 2 and 2, columns 2 and 2.
  expect(
    weightedKappa([
      [1, 1],
      [1, 1],
    ]),
  ).toBeCloseTo(0);
});

test("what ridge says of an example that it left out is what it says when it never saw it", () => {
  const points = [0, 1, 2, 5, 6, 7];
  const labels = [0, 0, 0, 1, 1, 1];
  const alike = (a: number, b: number) => 1 + a * b;
  const kernel = Float64Array.from(points.flatMap((a) => points.map((b) => alike(a, b))));
  const whole = fitRidge(kernel, labels, 2, 0.5);
  for (const [left, point] of points.entries()) {
    const rest = points.filter((_, i) => i !== left);
    const counts = [0, 1].map((k) => labels.filter((label) => label === k).length);
    const [n, own] = [rest.length, labels.filter((_, i) => i !== left)];
    // The penalty of a class follows its share; here it is set so that it stays as in the whole.
    const scale = (k: number) => counts[k]! / labels.length / (own.filter((label) => label === k).length / n);
    const kept = Float64Array.from(rest.flatMap((a) => rest.map((b) => alike(a, b))));
    for (let i = 0; i < n; i++)
      kept[i * n + i]! += 0.5 * 2 * (own.filter((label) => label === own[i]).length / n) * (scale(own[i]!) - 1);
    const without = fitRidge(kept, own, 2, 0.5).score(Float64Array.from(rest, (each) => alike(each, point)));
    expect(whole.leftOut[left]![0]).toBeCloseTo(without[0]!, 8);
    expect(whole.leftOut[left]![1]).toBeCloseTo(without[1]!, 8);
  }
});

test("folds learn what is there, find nothing in noise, and give the same figures each time", () => {
  const folder = mkdtempSync(join(tmpdir(), "permanence-triage-"));
  try {
    const words = { low: "question details", medium: "improve setup", high: "urgent outage" };
    const ticket = (priority: keyof typeof words, i: number, says = words[priority]) => ({
      ...{ subject: `case ${i}`, body: `Dear all, ${says} number ${i % 7}`, type: "Incident", lang: "en", priority },
    });
    const kinds = ["low", "medium", "high"] as const;
    const clear = Array.from({ length: 60 }, (_, i) => ticket(kinds[i % 3]!, i));
    const noise = clear.map((each, i) => ({ ...each, body: `Dear all, number ${(i * 7) % 11}` }));
    const measure = (tickets: object[]) => {
      writeFileSync(join(folder, "tickets.json"), JSON.stringify(tickets));
      return crossValidate(join(folder, "tickets.json"));
    };
    const figures = measure(clear);
    expect(figures.models.map(({ macroF1 }) => macroF1)).toEqual([1, 1]);
    expect(measure(clear)).toEqual(figures);
    expect(measure(noise).models[1]!.macroF1).toBeLessThan(0.6);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
