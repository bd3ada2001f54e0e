import { readdirSync } from "node:fs";
import { join, sep } from "node:path";
import type { Page } from "playwright-core";

// Which pages there are, read from their files, so that a new page is looked at without anybody thinking of it.

const ROUTES = join(import.meta.dirname, "../../apps/web/src/routes");

/** The addresses that there are, each as a pattern: "/tickets/[id]". */
function readPagePatterns(): string[] {
  return readdirSync(ROUTES, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(`+page.svelte`))
    .map((file) => `/${file.split(sep).slice(0, -1).filter(isNamed).join("/")}`)
    .toSorted();
}

/** Groups such as "(site)" are not part of an address. */
function isNamed(folder: string): boolean {
  return !/^\(.*\)$/.test(folder);
}

/** The pattern of an address, the one with the fewest unknown parts; null where there is no such page. */
function patternOf(path: string, patterns: readonly string[]): string | null {
  const [pathname = ""] = path.split(/[?#]/, 1);
  const unknownParts = (pattern: string) => pattern.split("[").length;
  const fitting = patterns.filter((pattern) => fits(pathname, pattern));
  return fitting.toSorted((a, b) => unknownParts(a) - unknownParts(b))[0] ?? null;
}

function fits(pathname: string, pattern: string): boolean {
  const [parts, names] = [pathname.split("/"), pattern.split("/")];
  if (parts.length !== names.length) return false;
  return names.every((name, at) => {
    if (name === "[lang]") return /^(?:fr|nl|en)$/.test(parts[at]!);
    return name.startsWith("[") ? parts[at] !== "" : name === parts[at];
  });
}

/** Visits one address of each page: those given, those that need nothing to be known, and for the others the first link that
 *  leads there from a page that was seen. Links to the public site in other languages are not followed.
 *  @param visit opens an address, looks, and answers the page that stands there
 *  @returns the addresses, and the patterns that no page links to */
export async function visitEveryPage(
  { web, lang, known }: { web: string; lang: string; known: string[] },
  visit: (path: string) => Promise<Page>,
) {
  const patterns = readPagePatterns();
  const found = new Map(known.map((path) => [path, patternOf(path, patterns)]));
  const isFound = (pattern: string) => [...found.values()].includes(pattern);
  for (const pattern of patterns) {
    const path = pattern.replace("[lang]", lang);
    if (!path.includes("[") && !isFound(pattern)) found.set(path, pattern);
  }
  for (const path of found.keys()) {
    // Grows while it is read.
    for (const link of await linksOf(await visit(path), web)) {
      const pattern = patternOf(link, patterns);
      if (pattern !== null && !isFound(pattern)) found.set(link, pattern);
    }
  }
  return { paths: [...found.keys()], missing: patterns.filter((pattern) => !isFound(pattern)) };
}

async function linksOf(page: Page, web: string): Promise<string[]> {
  const all = await page.locator("a[href]").evaluateAll((links) => links.map((link) => link.getAttribute("href")!));
  const urls = all.map((href) => new URL(href, page.url())).filter(({ origin }) => origin === web);
  return urls.map(({ pathname, search }) => pathname + search);
}
