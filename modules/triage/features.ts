import { type Fired, fireRules } from "./rules.ts";
import type { Features } from "./linear-model.ts";
import { type Mail, readWords } from "./mail-words.ts";

export type Read = { features: Features; fired: Fired[]; isCut: boolean; hasWords: boolean };

/** What of a mail the model weighs: the rules that it meets, its words, pairs of neighbours, and beginnings of words, by
 *  which inflections and some typing errors stay alike. Words count once each, and less the more there are. */
export function readFeatures(mail: Mail): Read {
  const read = readWords(mail);
  const fired = fireRules(read);
  const names = new Set<string>();
  let before = ".";
  for (const word of read.words) {
    if (word !== ".") {
      names.add(`w:${word}`);
      if (word.length > START) names.add(`p:${word.slice(0, START)}`);
      if (before !== ".") names.add(`b:${before} ${word}`);
    }
    before = word;
  }
  const value = WORDS_TOGETHER / Math.sqrt(Math.max(LEAST_NAMES, names.size));
  const features: (readonly [string, number])[] = fired.map(({ rule }) => [`r:${rule}`, RULE_VALUE]);
  for (const name of names) features.push([name, value]);
  return { features, fired, isCut: read.isCut, hasWords: read.words.some((word) => /[a-z]/.test(word)) };
}

const START = 5;
const WORDS_TOGETHER = 1;
const LEAST_NAMES = 12; // "help" alone says no more than a word among others.
const RULE_VALUE = 0.5;
