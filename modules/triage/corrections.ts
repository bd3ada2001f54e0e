import type { Priority } from "@permanence/sla";
import type { TriageLanguage } from "./cases.ts";
import { readFeatures } from "./features.ts";
import { shares } from "./linear-model.ts";
import type { Mail } from "./mail-words.ts";
import { CLASSES } from "./shipped-weights.ts";
import { scoreWith } from "./suggestion.ts";

/** What a desk's own corrections add to the shipped weights, by feature, urgent first. Plain data, safe as JSON. */
export type DeskWeights = { version: 1; learned: number; words: Record<string, number[]> };

export type Correction = Mail & { language?: TriageLanguage; priority: Priority };

/** As many features are kept; those that say least go first. Some 120 kB. */
const MOST_FEATURES = 2_000;
/** No single word may outweigh everything else, however often a desk says so. */
const MOST_WEIGHT = 4;
const STEP = 2;

/** Takes one mail whose priority somebody at the desk set or confirmed, and gives the weights with it: one step of the
 *  same regression that the shipped weights come from. Pure; the same corrections in the same order give the same. */
export function learnFrom(weights: DeskWeights | null, corrected: Correction): DeskWeights {
  const { features } = readFeatures(corrected);
  const share = shares(scoreWith(features, weights));
  const right = CLASSES.indexOf(corrected.priority);
  const words = new Map(Object.entries(weights?.words ?? {}));
  for (const [name, value] of features) {
    const row = words.get(name) ?? [0, 0, 0, 0];
    words.set(
      name,
      row.map((weight, k) => bounded(weight + STEP * value * ((k === right ? 1 : 0) - share[k]!))),
    );
  }
  return { version: 1, learned: (weights?.learned ?? 0) + 1, words: Object.fromEntries(strongest(words)) };
}

const bounded = (weight: number): number =>
  Math.round(Math.min(MOST_WEIGHT, Math.max(-MOST_WEIGHT, weight)) * 10_000) / 10_000;

function strongest(words: Map<string, number[]>): [string, number[]][] {
  const rows = [...words];
  if (rows.length <= MOST_FEATURES) return rows;
  const most = (row: number[]): number => Math.max(...row.map(Math.abs));
  return rows.toSorted(([a, x], [b, y]) => most(y) - most(x) || (a < b ? -1 : 1)).slice(0, MOST_FEATURES);
}
