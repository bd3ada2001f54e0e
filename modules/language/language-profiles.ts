import { assert } from "@permanence/kernel";
import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** The part of eld's interface that is used here. */
export type Detector = {
  detect(text: string): { getScores(): Record<string, number> };
  enableTextCleanup(enabled: boolean): void;
};
type Database = { type: string; languages: Record<number, string>; ngrams: Record<string, Record<number, number>> };
type Eld = { createEld(): { instance: Detector; loadData(database: Database): string } };

// eld's own entries import a database of 60 languages as one object literal, which costs a thread 145 MB
// (measured: 43 → 200 MB resident, of which 58 MB heap). Its text, read here for the desk's languages
// alone, costs 3 MB and 60 ms. Hence eld's core, which the package does not name as an entry.
const home = join(dirname(findPackageJSON("eld", import.meta.url)!), "src");
const { createEld } = (await import(pathToFileURL(join(home, "languageDetector.js")).href)) as Eld;

const detectors = new Map<string, Detector>();

/** eld, knowing only these languages (ISO 639-1); kept for the next text. */
export function detectorOf(languages: readonly string[]): Detector {
  const key = languages.toSorted().join();
  const known = detectors.get(key);
  if (known !== undefined) return known;

  const { instance, loadData } = createEld();
  loadData(readDatabase(new Set(languages)));
  instance.enableTextCleanup(true); // Addresses, links and codes are in no language.
  detectors.set(key, instance);
  return instance;
}

/** `{type:'S60',languages:{0:'am',…},…ngrams:{'L>àL':{0:153,12:88},…}}`: eld's small database, 1.6 MB of text. */
function readDatabase(wanted: Set<string>): Database {
  const text = readFileSync(join(home, "ngrams", "small.js"), "utf8");
  const start = text.indexOf("ngrams:");
  assert(start > 0, "eld's database has the form that its version 2.1 has");
  const languages: Database["languages"] = {};
  for (const [, index, language] of text.slice(0, start).matchAll(/(\d+):'(\w\w)'/g))
    languages[Number(index)] = language!;
  return { type: "subset", languages, ngrams: readNgrams(text, start, (index) => wanted.has(languages[index]!)) };
}

const NGRAM = /(?:'((?:[^'\\]|\\.)+)'|"((?:[^"\\]|\\.)+)"|([\w$]+)):\{(\d[^}]*)\}/g;

function readNgrams(text: string, start: number, isWanted: (language: number) => boolean): Database["ngrams"] {
  const ngrams: Database["ngrams"] = Object.create(null); // A text may hold the n-gram of "constructor".
  NGRAM.lastIndex = start;
  for (let match = NGRAM.exec(text); match !== null; match = NGRAM.exec(text)) {
    const [, single, double, bare, scores] = match;
    const wanted = wantedScores(scores!, isWanted);
    if (wanted !== null) ngrams[(single ?? double ?? bare)!.replace(/\\(.)/g, "$1")] = wanted;
  }
  return ngrams;
}

/** "0:153,12:88": a score for each language; null where none is wanted, as for nine of ten n-grams. */
function wantedScores(scores: string, isWanted: (language: number) => boolean): Record<number, number> | null {
  let wanted: Record<number, number> | null = null;
  for (const score of scores.split(",")) {
    const colon = score.indexOf(":");
    const language = Number(score.slice(0, colon));
    if (isWanted(language)) (wanted ??= {})[language] = Number(score.slice(colon + 1));
  }
  return wanted;
}
