import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export const FOLDER = process.env["PERMANENCE_CORPORA"] ?? join(import.meta.dirname, "../../../shared/corpora");

export const NO_CORPORA = `no corpora in ${FOLDER} (PERMANENCE_CORPORA names another folder)`;

export type CorpusFile = { name: string; bytes: Buffer };

/** The mails of a corpus, in the order of their names; null where the corpora are absent. */
export function readMails(corpus: "mime" | "bounces" | "replies/emails"): CorpusFile[] | null {
  const folder = join(FOLDER, corpus);
  if (!existsSync(folder)) return null;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.json$|^(LICENSE|COPYING)/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((path) => ({ name: relative(FOLDER, path), bytes: readFileSync(path) }));
}

/** The HTML payloads that try to run scripts; null where the corpora are absent. */
export function readHostileHtml(): string[] | null {
  const payloads = readJson("xss.json") as { payload: string }[] | null;
  return payloads?.map(({ payload }) => payload) ?? null;
}

/** Each `nth` of them: a sample that is spread over the whole. */
export function everyNth<T>(items: T[], nth: number): T[] {
  return items.filter((_, index) => index % nth === 0);
}

/** Strings that break forms and databases; null where the corpora are absent. */
export function readNaughtyStrings(): string[] | null {
  return readJson("naughty-strings.json") as string[] | null;
}

function readJson(name: string): unknown {
  const path = join(FOLDER, "hostile", name);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
}
