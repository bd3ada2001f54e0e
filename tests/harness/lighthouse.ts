import lighthouse from "lighthouse";
import { launchBrowser } from "./chromium.ts";
import { freePort } from "./free-port.ts";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"] as const;
export type Scores = Record<(typeof CATEGORIES)[number], number>;

/** What Lighthouse says of pages, with its settings for telephones (a slow one, with a slow connection, simulated): of each
 *  page its scores, 0 to 100, and what cost points. */
export async function measurePages(urls: string[]): Promise<{ url: string; scores: Scores; lost: string[] }[]> {
  const port = await freePort();
  const browser = await launchBrowser({ debuggingPort: port });
  try {
    const measured = [];
    for (const url of urls) measured.push({ url, ...(await measure(url, port)) });
    return measured;
  } finally {
    await browser.close();
  }
}

async function measure(url: string, port: number): Promise<{ scores: Scores; lost: string[] }> {
  const result = await lighthouse(url, { port, onlyCategories: [...CATEGORIES], logLevel: "silent" });
  const { categories, audits } = result!.lhr;
  const scores = Object.fromEntries(
    CATEGORIES.map((name) => [name, Math.round((categories[name]!.score ?? 0) * 100)]),
  ) as Scores;
  const weighed = CATEGORIES.flatMap((name) => categories[name]!.auditRefs.filter(({ weight }) => weight > 0));
  const lost = weighed.flatMap(({ id }) => {
    const { score, title, displayValue = "" } = audits[id]!;
    return score !== null && score < 1 ? [`${id} ${score}: ${title} ${displayValue}`] : [];
  });
  return { scores, lost };
}
