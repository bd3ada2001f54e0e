import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Weights } from "./linear-model.ts";

/** The order of the four in every row of weights. */
export const CLASSES = ["urgent", "high", "normal", "low"] as const;

/** What the model learned before it came here (tools/train-triage.ts), in hundredths. Read once, at its first use. */
export function shippedWeights(): Weights {
  shipped ??= unpackWeights(readFileSync(join(import.meta.dirname, "weights.json"), "utf8"));
  return shipped;
}
let shipped: Weights | undefined;

const MOST_FEATURES = 5_000; // Those that say most: some 150 kB.

/** Weights as a small text: what says nothing is left out, one feature a line. */
export function packWeights(weights: Weights): string {
  const rows = [...weights]
    .map(([name, row]) => ({ name, row: row.map((weight) => Math.round(weight * 100)) }))
    .filter(({ row }) => spread(row) > 0)
    .toSorted((a, b) => spread(b.row) - spread(a.row) || (a.name < b.name ? -1 : 1));
  const kept = rows.slice(0, MOST_FEATURES).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return `{\n${kept.map(({ name, row }) => `  ${JSON.stringify(name)}: [${row.join(", ")}]`).join(",\n")}\n}\n`;
}

const spread = (row: readonly number[]): number => Math.max(...row) - Math.min(...row);

function unpackWeights(text: string): Weights {
  const rows = Object.entries(JSON.parse(text) as Record<string, number[]>);
  return new Map(rows.map(([name, row]) => [name, row.map((weight) => weight / 100)]));
}
