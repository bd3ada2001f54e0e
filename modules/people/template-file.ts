import { parse } from "yaml";
import type { Mistake } from "./desk-file.ts";
import type { DeskTemplate } from "./desk-store.ts";

/** A message that a desk may word itself, what it may say in it, and the languages in which it need not. The modules that
 *  send it name them. */
export type TemplateKind = { name: string; variables: readonly string[]; languages: readonly string[] };

const FILE_NAME = /^([a-z-]+)\.([a-z]{2})\.md$/;
const FILE = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/;
const VARIABLE = /\{\{\s*([A-Za-z]+)\??\s*\}\}/g;

/** Reads one templates/<name>.<language>.md: a front matter with `subject`, then Markdown with {{variables}}. */
export function readTemplateFile(
  { name: fileName, text }: { name: string; text: string },
  kinds: readonly TemplateKind[],
  languages: readonly string[],
): { template: DeskTemplate } | { errors: Mistake[] } {
  const refuse = (sentence: string, line?: number) => ({
    errors: [{ place: `templates/${fileName}${line === undefined ? "" : `, line ${line}`}`, sentence }],
  });
  const [, name, language] = FILE_NAME.exec(fileName) ?? [];
  const kind = kinds.find((each) => each.name === name);
  if (!kind || language === undefined) return refuse(`Its name must be one of ${namesOf(kinds)}, a language and "md".`);
  if (!languages.includes(language)) return refuse(`The desk has no language "${language}" (${languages.join(", ")}).`);

  const [, head, body] = FILE.exec(text) ?? [];
  const subject = head === undefined ? null : subjectOf(head);
  if (body === undefined || subject === null) {
    return refuse('It must begin with a line "---", a line "subject: …" and a line "---".', 1);
  }
  const unknown = findUnknownVariable(text, kind.variables);
  if (unknown) {
    return refuse(
      `"${unknown.text}" is no variable of ${kind.name}; these are: ${kind.variables.join(", ")}.`,
      unknown.line,
    );
  }
  return { template: { name: kind.name, language, subject, body } };
}

function namesOf(kinds: readonly TemplateKind[]): string {
  return kinds.map(({ name }) => `"${name}"`).join(", ");
}

/** Null unless the head is one line of subject and nothing else. */
function subjectOf(head: string): string | null {
  try {
    const { subject, ...others } = parse(head) as Record<string, unknown>;
    if (typeof subject !== "string" || Object.keys(others).length > 0) return null;
    return /^[^\r\n]+$/.test(subject.trim()) ? subject.trim() : null;
  } catch {
    return null;
  }
}

/** Whatever stands between double braces and is no variable, half a pair of braces included. */
function findUnknownVariable(text: string, variables: readonly string[]): { text: string; line: number } | null {
  for (const [index, line] of text.split("\n").entries()) {
    const rest = line.replace(VARIABLE, (found, name: string) => (variables.includes(name) ? "" : found));
    const [unknown] = /\{\{.*?(\}\}|$)|\}\}/.exec(rest) ?? [];
    if (unknown !== undefined) return { text: unknown, line: index + 1 };
  }
  return null;
}
