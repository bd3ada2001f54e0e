import { assert, type Random } from "@permanence/kernel";

/** A text as the features that it has and how much of each. */
export type Features = readonly (readonly [name: string, value: number])[];

export type Labelled = { features: Features; label: number };

/** Each feature's weight for every class; "" is the class's own. A name that it does not know weighs nothing. */
export type Weights = Map<string, readonly number[]>;

/** How much speaks for each class. */
export function score(weights: Weights, features: Features, classes: number): number[] {
  const sums = Array.from(weights.get("") ?? Array.from({ length: classes }, () => 0));
  for (const [name, value] of features) {
    const row = weights.get(name);
    if (row !== undefined) for (let k = 0; k < classes; k++) sums[k]! += row[k]! * value;
  }
  return sums;
}

/** Scores as shares of one. */
export function shares(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((all, power) => all + power, 0);
  return powers.map((power) => power / sum);
}

export type Training = { classes: number; rounds: number; step: number; decay: number; random: Random };

/** Multinomial logistic regression with classes that count alike, however many examples each has: stochastic gradients with a
 *  step for each feature that shrinks with its use (Duchi, Hazan and Singer, "Adaptive Subgradient Methods", 2011), and
 *  weights that decay. The same examples and the same chance give the same weights. */
export function train(examples: readonly Labelled[], { classes, rounds, step, decay, random }: Training): Weights {
  assert(examples.length > 0 && classes > 1, "there is something to tell apart");
  const counts = Array.from({ length: classes }, (_, k) => examples.filter(({ label }) => label === k).length);
  const weights = new Map<string, number[]>([["", Array.from({ length: classes }, () => 0)]]);
  const used = new Map<string, number[]>();
  const order = [...examples];
  for (let round = 0; round < rounds; round++) {
    shuffle(order, random);
    for (const { features, label } of order) {
      const share = shares(score(weights, features, classes));
      const worth = examples.length / (classes * Math.max(1, counts[label]!));
      for (const [name, value] of [["", 0.1] as const, ...features]) {
        const row = rowOf(weights, name, classes, 0);
        const uses = rowOf(used, name, classes, 1e-6);
        for (let k = 0; k < classes; k++) {
          const slope = (share[k]! - (k === label ? 1 : 0)) * worth * value + decay * row[k]!;
          uses[k]! += slope * slope;
          row[k]! -= (step * slope) / Math.sqrt(uses[k]!);
        }
      }
    }
  }
  return weights;
}

function rowOf(rows: Map<string, number[]>, name: string, classes: number, first: number): number[] {
  const known = rows.get(name);
  if (known !== undefined) return known;
  const row = Array.from({ length: classes }, () => first);
  rows.set(name, row);
  return row;
}

function shuffle(items: unknown[], random: Random): void {
  const numbers = new DataView(new Uint8Array(random.bytes(4 * items.length)).buffer);
  for (let i = items.length - 1; i > 0; i--) {
    const j = numbers.getUint32(4 * i) % (i + 1);
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
}
