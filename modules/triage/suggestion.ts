import type { Priority } from "@permanence/sla";
import type { DeskWeights } from "./corrections.ts";
import { readFeatures, type Read } from "./features.ts";
import { type Features, score, shares } from "./linear-model.ts";
import type { Mail } from "./mail-words.ts";
import type { TriageReason } from "./reasons.ts";
import { CLASSES, shippedWeights } from "./shipped-weights.ts";
import type { TriageLanguage } from "./cases.ts";

export type Suggestion = {
  priority: Priority;
  /** How sure the model is, 0 to 1: the share of `priority` among the four; where nothing can be said, 0. */
  confidence: number;
  /** What speaks most for it, strongest first; what was left unread, last. */
  reasons: TriageReason[];
  /** Too little is sure: somebody should look. The priority is then normal. */
  toBeClassified: boolean;
};

/** At least this share makes a mail urgent: to wake somebody for nothing costs less than to let an outage wait. */
const URGENT_FROM = 0.36;
/** Below this share for any priority, nobody is told one. */
const SURE_FROM = 0.36;
/** A thing that is resolved, or has no hurry by its own words, needs more than words to be urgent. */
const CALMED_URGENT_FROM = 0.8;

const MOST_REASONS = 5;

/** The priority that a mail's words speak for, by the contract's definitions, with the reasons: a linear model over rules
 *  and words of French, Dutch and English. What this desk corrected (`learnFrom`) weighs with it. Pure; never throws; reads no
 *  more than a bounded part of what is long. The language is not needed: words of all three are weighed alike. */
export function suggestPriority(
  mail: Mail & { language?: TriageLanguage },
  corrections?: DeskWeights | null,
): Suggestion {
  const read = readFeatures(mail);
  if (!read.hasWords) return unsure(0, [{ kind: "rule", rule: "no-words", words: "" }]);
  const share = shares(scoreWith(read.features, corrections));
  const found = decide(share, read);
  if (found === null) return unsure(Math.max(...share), whyUnsure(read));
  const reasons = reasonsFor(found, read, corrections);
  return {
    priority: CLASSES[found]!,
    confidence: share[found]!,
    reasons: [...reasons, ...leftOut(read)],
    toBeClassified: false,
  };
}

/** Scores of the four priorities, urgent first. */
export function scoreWith(features: Features, corrections?: DeskWeights | null): number[] {
  const scores = score(shippedWeights(), features, CLASSES.length);
  if (!corrections) return scores;
  for (const [name, value] of features) {
    const row = Object.hasOwn(corrections.words, name) ? corrections.words[name] : undefined;
    if (row !== undefined) for (let k = 0; k < scores.length; k++) scores[k]! += (row[k] ?? 0) * value;
  }
  return scores;
}

function decide(share: number[], { fired }: Read): number | null {
  const isCalmed = fired.some(({ rule }) => rule === "resolved" || rule === "no-hurry");
  if (share[0]! >= (isCalmed ? CALMED_URGENT_FROM : URGENT_FROM)) return 0;
  const most = share.indexOf(Math.max(...share.slice(1)), 1);
  return share[most]! >= SURE_FROM ? most : null;
}

const unsure = (confidence: number, reasons: TriageReason[]): Suggestion => ({
  ...{ priority: "normal", confidence, reasons, toBeClassified: true },
});

const whyUnsure = (read: Read): TriageReason[] => [
  { kind: "rule", rule: "unsure", words: "" },
  ...read.fired.map(({ rule, words }): TriageReason => ({ kind: "rule", rule, words })).slice(0, MOST_REASONS - 1),
  ...leftOut(read),
];

const leftOut = ({ isCut }: Read): TriageReason[] => (isCut ? [{ kind: "rule", rule: "cut", words: "" }] : []);

/** What speaks for a priority more than for the others on average. */
function reasonsFor(priority: number, { features, fired }: Read, corrections?: DeskWeights | null): TriageReason[] {
  const own = scoreWith([]); // What speaks for each without a word.
  const weighed = features
    .filter(([name]) => !name.startsWith("p:")) // A beginning of a word means nothing to people.
    .map((feature) => {
      const scores = scoreWith([feature], corrections).map((score, k) => score - own[k]!);
      return {
        name: feature[0],
        weight: scores[priority]! - scores.reduce((all, score) => all + score, 0) / scores.length,
      };
    })
    .filter(({ weight }) => weight > LEAST_WEIGHT)
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, MOST_REASONS);
  return weighed.map(({ name, weight }): TriageReason => {
    const rule = fired.find((each) => name === `r:${each.rule}`);
    if (rule !== undefined) return { kind: "rule", rule: rule.rule, words: rule.words };
    return {
      kind: "word",
      word: name.slice(2),
      towards: CLASSES[priority]!,
      weight: Math.round(weight * 1_000) / 1_000,
    };
  });
}

const LEAST_WEIGHT = 0.02;
