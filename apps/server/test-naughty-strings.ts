import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = process.env["PERMANENCE_CORPORA"] ?? join(import.meta.dirname, "../../../shared/corpora");

export const NO_CORPORA = `no corpora in ${FOLDER} (PERMANENCE_CORPORA names another folder)`;

/** For tests: strings that break forms and databases; null where the corpora are absent. */
export function readNaughtyStrings(): string[] | null {
  const path = join(FOLDER, "hostile/naughty-strings.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as string[]) : null;
}
