import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "@permanence/kernel";
import type { Priority } from "@permanence/sla";

export type TriageLanguage = "fr" | "nl" | "en";
export const LANGUAGES: readonly TriageLanguage[] = ["fr", "nl", "en"];

/** A mail of our own writing, with the priority that the contract's definitions give it. */
export type TriageCase = { language: TriageLanguage; priority: Priority; subject: string; body: string };

/** The cases that figures are measured on, never learned from. */
export function loadCases(): TriageCase[] {
  return LANGUAGES.flatMap((language) =>
    readFileSync(join(import.meta.dirname, `cases/${language}.jsonl`), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => ({ language, ...readCase(line) })),
  );
}

function readCase(line: string): Omit<TriageCase, "language"> {
  const read = JSON.parse(line) as Omit<TriageCase, "language">;
  assert(typeof read.subject === "string" && typeof read.body === "string", "a case has subject and body");
  return read;
}
