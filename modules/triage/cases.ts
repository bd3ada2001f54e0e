import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "@permanence/kernel";
import type { Priority } from "@permanence/sla";

export type TriageLanguage = "fr" | "nl" | "en";
export const LANGUAGES: readonly TriageLanguage[] = ["fr", "nl", "en"];

/** A mail of our own writing, with the priority that the contract's definitions give it. */
export type TriageCase = { language: TriageLanguage; priority: Priority; subject: string; body: string };

/** The cases that were written before the model, never learned from. */
export function loadCases(): TriageCase[] {
  return LANGUAGES.flatMap((language) => readCases(language, { language }));
}

/** Mails about other things, written after the model had been trained, and never learned from: what it makes of words that
 *  nobody had in mind. */
export function loadLaterCases(): TriageCase[] {
  return readCases("later", {});
}

function readCases(name: string, known: Partial<TriageCase>): TriageCase[] {
  return readFileSync(join(import.meta.dirname, `cases/${name}.jsonl`), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const read = { ...known, ...(JSON.parse(line) as TriageCase) };
      assert(LANGUAGES.includes(read.language) && typeof read.body === "string", "a case has a language and a body");
      return read;
    });
}
