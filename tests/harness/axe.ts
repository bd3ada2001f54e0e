import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** What WCAG 2.2 asks for at level AA, with all that the earlier versions did. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

type Results = { violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] };
type Axe = { run(root: Document, options: object): Promise<Results> };

/** What axe-core finds against WCAG 2.2 AA on the page as it stands, each in a line. What stands in frames is the mails', and
 *  not ours. */
export async function findBarriers(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(SOURCE);
  const { violations } = await page.evaluate(async (tags) => {
    const { axe } = globalThis as unknown as { axe: Axe };
    return await axe.run(document, { runOnly: tags, iframes: false, resultTypes: ["violations"] });
  }, TAGS);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ html, failureSummary = "" }) => `${id}: ${html.slice(0, 200)} ${failureSummary.replaceAll(/\s+/g, " ")}`,
    ),
  );
}
