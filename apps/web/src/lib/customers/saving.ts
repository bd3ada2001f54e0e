import { fail, redirect } from "@sveltejs/kit";
import type { Answer } from "#lib/api/call.ts";

/** Ends a form's action: back to the page where it is saved, else the problem with what was typed. */
export function ended(answer: Answer<unknown>, path: string, form?: FormData) {
  if (answer.ok) redirect(303, path);
  // The words for 412 are those of tickets; the sentence of the API tells of what was changed here.
  const { status } = answer.problem;
  const problem = { ...answer.problem, status: status === 412 ? 409 : status };
  const typed = form === undefined ? {} : Object.fromEntries([...form].map(([name, value]) => [name, String(value)]));
  return fail(status || 503, { problem, typed });
}

/** The header of a change at the version that the form was made from. */
export function atVersion(form: FormData): Record<string, string> {
  return { "if-match": `"${String(form.get("version") ?? "")}"` };
}

/** Lines of a text that are not empty. */
export function linesOf(text: FormDataEntryValue | null): string[] {
  const lines = String(text ?? "").split("\n");
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}
