import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DESK_FILE } from "./desk-file.ts";

/** A desk as data, read but not yet looked at. */
export type DeskFiles = { deskYaml: string; templates: { name: string; text: string }[] };

/** Reads desk.yaml and templates/*.md of a folder. Null when there is no desk.yaml in it. */
export async function readDeskFolder(folder: string): Promise<DeskFiles | null> {
  const deskYaml = await absentAsNull(readFile(join(folder, DESK_FILE), "utf8"));
  if (deskYaml === null) return null;
  const templatesFolder = join(folder, "templates");
  const names = (await absentAsNull(readdir(templatesFolder))) ?? [];
  const templates = names
    .filter((name) => name.endsWith(".md"))
    .toSorted()
    .map(async (name) => ({ name, text: await readFile(join(templatesFolder, name), "utf8") }));
  return { deskYaml, templates: await Promise.all(templates) };
}

async function absentAsNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code!)) return null;
    throw error;
  }
}
