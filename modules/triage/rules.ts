import type { Priority } from "@permanence/sla";
import type { MailWords } from "./mail-words.ts";
import { ENGLISH } from "./said-en.ts";
import { FRENCH } from "./said-fr.ts";
import { DUTCH } from "./said-nl.ts";

/** Something that the contract's definitions ask for, and the priority that it speaks for by them. How much, is learned. */
const TOWARDS = {
  standstill: "urgent",
  nobody: "urgent",
  "no-way-around": "urgent",
  "sending-fails": "urgent",
  "data-loss": "urgent",
  intrusion: "urgent",
  "at-once": "urgent",
  slow: "high",
  partly: "high",
  "costly-way-around": "high",
  "whole-team": "high",
  "not-blocked": "normal",
  "small-fault": "normal",
  single: "normal",
  question: "low",
  wish: "low",
  "no-hurry": "low",
  resolved: "low",
  // Anybody can write that.
  "loud-subject": "high",
} as const satisfies Record<string, Priority>;

export type RuleName = keyof typeof TOWARDS;
type SaidRule = Exclude<RuleName, "loud-subject">;

/** How people say it: patterns over words without accents or capitals, parted by single spaces, sentences by " . ". "…" is a
 *  gap of up to four words: every gap is bounded, so that no text is slow. `unless`: what takes it back. */
export type Patterns = Record<SaidRule, { said: string[]; unless?: string[] }>;

const SPOKEN: readonly Patterns[] = [FRENCH, DUTCH, ENGLISH];
const GAP = "(?: [a-z0-9]+){0,4}";

const RULES = (Object.keys(TOWARDS) as RuleName[])
  .filter((rule): rule is SaidRule => rule !== "loud-subject")
  .map((rule) => ({
    rule,
    said: anyOf(SPOKEN.flatMap((patterns) => patterns[rule].said))!,
    unless: anyOf(SPOKEN.flatMap((patterns) => patterns[rule].unless ?? [])),
  }));

function anyOf(patterns: string[]): RegExp | null {
  return patterns.length === 0 ? null : new RegExp(` (?:${patterns.join("|").replaceAll("…", GAP)})(?= )`);
}

export type Fired = { rule: RuleName; towards: Priority; words: string };

/** The rules that a mail meets, whatever its language, with the words that met them. */
export function fireRules({ words, isLoud }: MailWords): Fired[] {
  const text = ` ${words.join(" ")} `;
  const fired = RULES.flatMap(({ rule, said, unless }): Fired[] => {
    const found = said.exec(text);
    if (found === null || unless?.test(text)) return [];
    return [{ rule, towards: TOWARDS[rule], words: found[0].trim() }];
  });
  return isLoud ? [...fired, { rule: "loud-subject", towards: TOWARDS["loud-subject"], words: "urgent" }] : fired;
}
