import { type Detector, detectorOf } from "./language-profiles.ts";

/** Which languages may be answered, and which to answer when the text does not say. */
export type LanguageChoice = {
  /** ISO 639-1 codes of the desk's languages. */
  among: readonly string[];
  /** The best guess without the text first: the contact's language, then the desk's. */
  prior: readonly string[];
};

/** Below this score (0 to 1, eld's own scale) too few of the text's n-grams are known in any of the languages. */
const LEAST_SCORE = 0.65;

/** Two languages nearer than this are a tie: "Facture" is .80 English and .79 French. */
const LEAST_LEAD = 0.05;

/**
 * The language, one of `among`, that a text is written in. Text that is short, foreign or undecided gives the
 * first of `prior` that is among them, else the first of `among`. Reads about the first 350 bytes.
 */
export function detectLanguage(text: string, { among, prior }: LanguageChoice): string {
  const fallback = prior.find((language) => among.includes(language)) ?? among[0] ?? prior[0] ?? "en";
  if (among.length < 2) return fallback;
  return decidedBy(detectorOf(among), text) ?? fallback;
}

function decidedBy(detector: Detector, text: string): string | null {
  const scores = Object.entries(detector.detect(text).getScores()).toSorted(([, a], [, b]) => b - a);
  const [first, second] = scores;
  if (first === undefined || first[1] < LEAST_SCORE) return null;
  return first[1] - (second?.[1] ?? 0) < LEAST_LEAD ? null : first[0];
}
