import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { z } from "zod";
import { Refusal } from "../refusal.ts";

/** What a corpus says of one recipient of a bounce. */
const Expectation = z.object({ status: z.string(), reason: z.string(), hard: z.boolean() });
export type Expectation = z.infer<typeof Expectation>;

export type CorpusFile = { name: string; bytes: Buffer };

/** The mails of a corpus, by name; none where it is absent. */
export function readCorpus(folder: string, ending: ".eml" | ".txt"): CorpusFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((path) => ({ name: relative(folder, path), bytes: readFileSync(path) }));
}

/** What is expected of each bounce, its recipients in the report's order. */
export function readExpectations(corpora: string): Map<string, Expectation[]> {
  const path = join(corpora, "bounces/expected.json");
  if (!existsSync(path)) throw new Refusal(`There are no corpora in ${corpora}: bounces/expected.json is missing.`);
  const parsed = z.record(z.string(), z.array(Expectation)).safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!parsed.success) throw new Refusal(`${path} is not what it should be: ${z.prettifyError(parsed.error)}`);
  return new Map(Object.entries(parsed.data));
}
