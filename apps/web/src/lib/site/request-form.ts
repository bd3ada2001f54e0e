import type { FormQuestions } from "#lib/api/site-types.ts";
import type { Priority } from "#lib/api/types.ts";

// The form of the public site, as the page's server and its script both read it.

/** What stands in the form, by the names of its fields. */
export const FIELDS = ["key", "subject", "text", "email", "name", "kind", "stopped", "around", "website"] as const;
export type Filled = Record<(typeof FIELDS)[number], string>;
export type Missing = "subject" | "text" | "email" | "kind" | "stopped" | "around";

export function readFilled(form: FormData): Filled {
  const entries = FIELDS.map((name) => {
    const value = form.get(name);
    return [name, typeof value === "string" ? value.replaceAll("\r\n", "\n") : ""];
  });
  return Object.fromEntries(entries) as Filled;
}

/** What must be filled in and is not, in the order of the form. */
export function missingIn(filled: Filled): Missing[] {
  const isFault = filled.kind === "fault";
  const wrong: Record<Missing, boolean> = {
    kind: filled.kind === "",
    stopped: isFault && filled.stopped === "",
    around: isFault && filled.stopped !== "no" && filled.around === "",
    subject: filled.subject.trim() === "",
    text: filled.text.trim() === "",
    email: !/^\S+@\S+$/.test(filled.email.trim()),
  };
  return (Object.keys(wrong) as Missing[]).filter((name) => wrong[name]);
}

export function answersOf({ kind, stopped, around }: Filled): Record<string, string> {
  if (kind !== "fault") return { kind };
  return { kind, stopped, around: around === "" ? "yes" : around };
}

/** What the answers make it; null as long as one is missing. */
export function priorityOf(table: FormQuestions["table"], filled: Filled): Priority | null {
  const unanswered = missingIn(filled).some((name) => name === "kind" || name === "stopped" || name === "around");
  if (unanswered) return null;
  const { kind, stopped = "no", around = "yes" } = answersOf(filled);
  if (kind === "question" || kind === "wish") return table[kind];
  return table.fault[stopped]?.[around] ?? null;
}

/** The request as the API takes it. */
export function requestOf(filled: Filled, language: string) {
  const { email, name, subject, text, website } = filled;
  return { email: email.trim(), name, language, subject, text, website, answers: answersOf(filled) };
}
