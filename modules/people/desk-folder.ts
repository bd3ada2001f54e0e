import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DESK_FILE } from "./desk-file.ts";
import { LOGO_FILES, type SiteFiles } from "./site-files.ts";

/** A desk as data, read but not yet looked at. */
export type DeskFiles = { deskYaml: string; templates: { name: string; text: string }[] } & SiteFiles;

/** Reads desk.yaml, templates/*.md, pages/*.md and the logo of a folder. Null when there is no desk.yaml in it. */
export async function readDeskFolder(folder: string): Promise<DeskFiles | null> {
  const deskYaml = await absentAsNull(readFile(join(folder, DESK_FILE), "utf8"));
  if (deskYaml === null) return null;
  const [templates, pages, logo] = await Promise.all([
    readTexts(join(folder, "templates")),
    readTexts(join(folder, "pages")),
    readLogoFile(folder),
  ]);
  return { deskYaml, templates, pages, logo };
}

async function readTexts(folder: string): Promise<{ name: string; text: string }[]> {
  const names = (await absentAsNull(readdir(folder))) ?? [];
  const texts = names
    .filter((name) => name.endsWith(".md"))
    .toSorted()
    .map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") }));
  return await Promise.all(texts);
}

async function readLogoFile(folder: string): Promise<SiteFiles["logo"]> {
  for (const name of Object.keys(LOGO_FILES)) {
    const bytes = await absentAsNull(readFile(join(folder, name)));
    if (bytes !== null) return { name, bytes };
  }
  return null;
}

async function absentAsNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code!)) return null;
    throw error;
  }
}
