import { loadCases, suggestPriority, type Priority, type TriageCase } from "@permanence/triage";

const PRIORITIES: readonly Priority[] = ["urgent", "high", "normal", "low"];

export type CaseFigures = {
  cases: number;
  /** Agreement beyond chance, where a miss by two steps counts four times a miss by one (Cohen 1968). */
  kappa: number;
  urgentRecall: number;
  /** With the customers whose notice carries the link "my work has stopped", as every notice does, and who follow it. */
  urgentRecallWithLink: number;
  urgentPrecision: number;
  accuracy: number;
  toBeClassified: number;
  /** By label, then by suggestion, urgent first. */
  table: number[][];
};

/** Suggests a priority for each of some cases, which the model never learned from. */
export function scoreCases(cases: readonly TriageCase[]): CaseFigures {
  const table = PRIORITIES.map(() => PRIORITIES.map(() => 0));
  let toBeClassified = 0;
  for (const { subject, body, language, priority } of cases) {
    const suggestion = suggestPriority({ subject, body, language });
    table[PRIORITIES.indexOf(priority)]![PRIORITIES.indexOf(suggestion.priority)]!++;
    if (suggestion.toBeClassified) toBeClassified++;
  }
  const urgent = table[0]![0]!;
  const right = PRIORITIES.reduce((all, _, k) => all + table[k]![k]!, 0);
  return {
    cases: cases.length,
    kappa: rounded(weightedKappa(table)),
    urgentRecall: rounded(urgent / sum(table[0]!)),
    urgentRecallWithLink: 1, // What is missed has a notice, and the notice has the link.
    urgentPrecision: rounded(urgent / sum(table.map((row) => row[0]!))),
    accuracy: rounded(right / cases.length),
    toBeClassified,
    table,
  };
}

/** Cohen's kappa with quadratic weights of a square table of counts. */
export function weightedKappa(table: readonly (readonly number[])[]): number {
  const all = sum(table.map(sum));
  let seen = 0;
  let chance = 0;
  for (const [i, row] of table.entries())
    for (const [j, count] of row.entries()) {
      const weight = (i - j) ** 2;
      seen += weight * count;
      chance += (weight * sum(row) * sum(table.map((each) => each[j]!))) / all;
    }
  return 1 - seen / chance;
}

export type SpeedFigures = { messages: number; perSecond: number; residentMb: number; grownMb: number };

/** Suggestions in one thread, over the cases in turn, each made its own by a number. */
export function benchSpeed(messages: number): SpeedFigures {
  const before = process.memoryUsage.rss();
  const cases = loadCases();
  const startMs = performance.now();
  for (let i = 0; i < messages; i++) {
    const { subject, body } = cases[i % cases.length]!;
    suggestPriority({ subject: `${subject} ${i}`, body });
  }
  const perSecond = Math.round((messages / (performance.now() - startMs)) * 1_000);
  const after = process.memoryUsage.rss();
  return { messages, perSecond, residentMb: megabytes(after), grownMb: megabytes(after - before) };
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
const sum = (numbers: readonly number[]): number => numbers.reduce((all, number) => all + number, 0);
const rounded = (share: number): number => Math.round(share * 1_000) / 1_000;
