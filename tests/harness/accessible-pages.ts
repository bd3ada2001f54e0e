import type { Browser, BrowserContext, Page } from "playwright-core";
import { findBarriers } from "./axe.ts";
import { visitEveryPage } from "./every-page.ts";
import type { FurnishedDesk } from "./furnished-desk.ts";

export const LANGUAGES = ["fr", "nl", "en"] as const;
export const THEMES = ["light", "dark"] as const;
export type Look = { language: (typeof LANGUAGES)[number]; theme: (typeof THEMES)[number] };

/** States of pages that have an address of their own, and a page that nothing links to before its mailbox is fetched. */
const STATES = [
  "/mail-places/helpdesk@whise.eu",
  "/queue?state=all",
  "/quarantine?show=all",
  "/promises/contracts?q=a",
  "/promises/calendars/staffed?country=BE",
];

/** Behind a link that only a mail holds, a customer's own, or a file's. */
const UNSEEN = new Set([
  "/[lang]/suggestions/unfollow/[token]",
  "/[lang]/ratings/[number]/[closing]/[signature]",
  "/[lang]/tickets/[number]",
  "/customers/import/[id]",
]);

/** What axe finds on every page as an agent sees it, and on the public ones as a stranger does; with the pages that nobody
 *  could find, which are as bad: nobody looked at them. */
export async function findBarriersEverywhere(
  { browser, agent, desk }: { browser: Browser; agent: BrowserContext; desk: FurnishedDesk },
  look: Look,
) {
  const barriers: string[] = [];
  const stranger = await browser.newContext();
  const [inside, outside] = [await openAs(agent, desk, look), await openAs(stranger, desk, look)];
  const known = [...desk.paths.map((path) => path.replace(/^\/fr\//, `/${look.language}/`)), ...STATES];
  const found = await visitEveryPage({ web: desk.web, lang: look.language, known }, async (path) => {
    const page = isPublic(path) ? outside : inside;
    const response = await page.goto(desk.web + path);
    if (response?.status() !== 200) barriers.push(`${path}: ${response?.status()}`);
    for (const barrier of await findBarriers(page)) barriers.push(`${path}: ${barrier}`);
    return page;
  });
  await inside.close();
  await stranger.close();
  return { barriers, missing: found.missing.filter((pattern) => !UNSEEN.has(pattern)), seen: found.paths.length };
}

async function openAs(context: BrowserContext, desk: FurnishedDesk, look: Look): Promise<Page> {
  const cookies = Object.entries(look).map(([name, value]) => ({ name, value, url: desk.web }));
  await context.addCookies(cookies);
  return await context.newPage();
}

function isPublic(path: string): boolean {
  return /^\/(?:$|sign-in|status|stopped|pages|proof|(?:fr|nl|en)(?:\/|$))/.test(path);
}
