import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findBarriersEverywhere, LANGUAGES, THEMES } from "../harness/accessible-pages.ts";
import { launchBrowser } from "../harness/chromium.ts";
import { FurnishedDesk } from "../harness/furnished-desk.ts";
import { signIn } from "../harness/visitor.ts";

// As accessibility.test.ts, in every language and theme.
let desk: FurnishedDesk;
let browser: Browser;
let agent: BrowserContext;

beforeAll(async () => {
  desk = await FurnishedDesk.open();
  browser = await launchBrowser();
  agent = await signIn(browser, desk.installation);
});
afterAll(async () => {
  await browser?.close();
  await desk?.close();
});

test.each(LANGUAGES.flatMap((language) => THEMES.map((theme) => ({ language, theme }))))(
  "no page has a barrier that axe knows: $language, $theme",
  async (look) => {
    const { barriers, missing } = await findBarriersEverywhere({ browser, agent, desk }, look);
    expect({ barriers, missing }).toEqual({ barriers: [], missing: [] });
  },
);
