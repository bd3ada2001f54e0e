import { readFileSync } from "node:fs";
import { type Random, seededRandom } from "@permanence/kernel";
import { fitRidge } from "./ridge.ts";
import { type Ticket, ticketKernel } from "./text-kernel.ts";

const CLASSES = ["low", "medium", "high"] as const;
const FOLDS = 10;
const SEEDS = ["1", "2", "3"];
const PENALTY = 0.6;
/** How thresholds are chosen: best macro-F1 among those that read no more of the training part's high as low. */
const DECODERS = [
  { name: "at most 3 % of high read as low", mostHighAsLow: 0.03 },
  { name: "macro-F1 alone", mostHighAsLow: 1 },
];

export type FoldFigures = {
  tickets: number;
  folds: number;
  seeds: number;
  /** Means over the divisions into folds. */
  models: { name: string; macroF1: number; accuracy: number; highAsLow: number }[];
};

/** Cross-validates on a file of labelled tickets. Rarity of words, weights and thresholds come from each training part alone;
 *  the thresholds by its leave-one-out scores. */
export function crossValidate(file: string): FoldFigures {
  const tickets = JSON.parse(readFileSync(file, "utf8")) as Ticket[];
  const labels = tickets.map(({ priority }) => CLASSES.indexOf(priority));
  const measured = SEEDS.map((seed) => measureOnce(tickets, labels, seededRandom(`triage folds ${seed}`)));
  return {
    ...{ tickets: tickets.length, folds: FOLDS, seeds: SEEDS.length },
    models: DECODERS.map(({ name }, d) => {
      const mean = (of: keyof Scores) => rounded(measured.reduce((all, each) => all + each[d]![of], 0) / SEEDS.length);
      return { name, macroF1: mean("macroF1"), accuracy: mean("accuracy"), highAsLow: mean("highAsLow") };
    }),
  };
}

function measureOnce(tickets: readonly Ticket[], labels: readonly number[], random: Random): Scores[] {
  const folds = divide(labels, random);
  const read = DECODERS.map(() => labels.map(() => 0));
  for (let fold = 0; fold < FOLDS; fold++) {
    const known = [...labels.keys()].filter((i) => folds[i] !== fold);
    const alike = ticketKernel(tickets, known);
    const row = (i: number) => Float64Array.from(known, (j) => alike[i * tickets.length + j]!);
    const own = new Float64Array(known.length ** 2);
    for (const [at, i] of known.entries()) own.set(row(i), at * known.length);
    const learned = known.map((i) => labels[i]!);
    const ridge = fitRidge(own, learned, CLASSES.length, PENALTY);
    for (const [d, { mostHighAsLow }] of DECODERS.entries()) {
      const shift = chooseShift(ridge.leftOut, learned, mostHighAsLow);
      for (const i of labels.keys()) if (folds[i] === fold) read[d]![i] = decode(ridge.score(row(i)), shift);
    }
  }
  return read.map((each) => scoresOf(labels, each));
}

/** Each class is dealt over the folds in turn. */
function divide(labels: readonly number[], random: Random): number[] {
  const folds = labels.map(() => 0);
  for (const k of CLASSES.keys()) {
    const drawn = [...labels.keys()]
      .filter((i) => labels[i] === k)
      .map((i) => ({ i, lot: random.bytes(4).readUInt32LE() }))
      .toSorted((a, b) => a.lot - b.lot);
    for (const [at, { i }] of drawn.entries()) folds[i] = at % FOLDS;
  }
  return folds;
}

type Shift = { low: number; high: number };

function decode([low, medium, high]: readonly number[], shift: Shift): number {
  const shifted = [low! + shift.low, medium!, high! + shift.high];
  return shifted.indexOf(Math.max(...shifted));
}

/** What is added to the scores of low and high so that the training part, each left out in turn, is read best. */
function chooseShift(scores: readonly number[][], labels: readonly number[], mostHighAsLow: number): Shift {
  let best = { macroF1: -1, shift: { low: 0, high: 0 } };
  for (let low = -16; low <= 12; low++)
    for (let high = -8; high <= 8; high++) {
      const shift = { low: low / 20, high: high / 20 };
      const { macroF1, highAsLow } = scoresOf(
        labels,
        scores.map((each) => decode(each, shift)),
      );
      if (highAsLow <= mostHighAsLow && macroF1 > best.macroF1) best = { macroF1, shift };
    }
  return best.shift;
}

type Scores = { macroF1: number; accuracy: number; highAsLow: number };

function scoresOf(labels: readonly number[], read: readonly number[]): Scores {
  const table = CLASSES.map(() => CLASSES.map(() => 0));
  for (const [i, label] of labels.entries()) table[label]![read[i]!]!++;
  const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0);
  const f1 = CLASSES.map((_, k) => (2 * table[k]![k]!) / (sum(table[k]!) + sum(table.map((row) => row[k]!)) || 1));
  return {
    macroF1: sum(f1) / CLASSES.length,
    accuracy: sum(CLASSES.map((_, k) => table[k]![k]!)) / labels.length,
    highAsLow: table[2]![0]! / sum(table[2]!),
  };
}

const rounded = (share: number): number => Math.round(share * 1_000) / 1_000;
