import type { DeskId, Tx } from "@permanence/database";
import { parse } from "yaml";
import type { Mistake } from "./desk-file.ts";
import {
  type DeskPage,
  findBrand,
  listDeskPages,
  type Logo,
  type LogoType,
  MOST_LOGO_BYTES,
  readLogo,
  saveBrand,
  saveDeskPage,
} from "./site-store.ts";

// What a desk's folder may hold for its public site: pages/<name>.<language>.md, and logo.svg, logo.png or logo.webp.

export type SiteFiles = {
  pages?: { name: string; text: string }[];
  logo?: { name: string; bytes: Buffer } | null;
};
export type WrittenSite = { pages: DeskPage[]; logo: Logo | null };

const FILE_NAME = /^([a-z][a-z-]{0,39})\.([a-z]{2})\.md$/;
const FILE = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/;
export const LOGO_FILES: Record<string, LogoType> = {
  "logo.svg": "image/svg+xml",
  "logo.png": "image/png",
  "logo.webp": "image/webp",
};

export function readSiteFiles(
  { pages = [], logo = null }: SiteFiles,
  languages: readonly string[],
): { site: WrittenSite; errors: Mistake[] } {
  const read = pages.map((file) => readPageFile(file, languages));
  const errors = read.flatMap((each) => ("sentence" in each ? [each] : []));
  const type = logo === null ? undefined : LOGO_FILES[logo.name];
  if (logo !== null && logo.bytes.length > MOST_LOGO_BYTES)
    errors.push({ place: logo.name, sentence: `It must have ${MOST_LOGO_BYTES / 1000} kB at most.` });
  const kept = logo === null || type === undefined ? null : { type, bytes: logo.bytes };
  return { site: { pages: read.flatMap((each) => ("sentence" in each ? [] : [each])), logo: kept }, errors };
}

function readPageFile({ name: fileName, text }: { name: string; text: string }, languages: readonly string[]) {
  const refuse = (sentence: string): Mistake => ({ place: `pages/${fileName}`, sentence });
  const [, name, language] = FILE_NAME.exec(fileName) ?? [];
  if (name === undefined || language === undefined)
    return refuse('Its name must be one in small letters, a language and "md", as in "privacy.fr.md".');
  if (!languages.includes(language)) return refuse(`The desk has no language "${language}" (${languages.join(", ")}).`);
  const [, head, body] = FILE.exec(text) ?? [];
  const title = head === undefined ? null : titleOf(head);
  if (body === undefined || title === null)
    return refuse('It must begin with a line "---", a line "title: …" and a line "---".');
  return { name, language, title, body: body.trim() };
}

/** Null unless the head is a title and nothing else. */
function titleOf(head: string): string | null {
  try {
    const { title, ...others } = parse(head) as Record<string, unknown>;
    return typeof title === "string" && title.trim() !== "" && Object.keys(others).length === 0 ? title.trim() : null;
  } catch {
    return null;
  }
}

/** What the folder holds counts; what was made in the browser and is not in it stays. @returns what is other than before */
export async function applySite(tx: Tx, deskId: DeskId, { pages, logo }: WrittenSite): Promise<string[]> {
  const changed: string[] = [];
  const known = await listDeskPages(tx, deskId);
  for (const page of pages) {
    const before = known.find(({ name, language }) => name === page.name && language === page.language);
    if (before?.title === page.title && before.body === page.body) continue;
    await saveDeskPage(tx, deskId, page);
    changed.push(`pages/${page.name}.${page.language}`);
  }
  if (logo === null) return changed;
  const before = (await findBrand(tx, deskId)).logo === null ? null : await readLogo(tx, deskId);
  if (before?.type === logo.type && before.bytes.equals(logo.bytes)) return changed;
  await saveBrand(tx, deskId, { logo });
  return [...changed, "logo"];
}
