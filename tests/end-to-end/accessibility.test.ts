import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findBarriersEverywhere } from "../harness/accessible-pages.ts";
import { findBarriers } from "../harness/axe.ts";
import { launchBrowser } from "../harness/chromium.ts";
import { FurnishedDesk } from "../harness/furnished-desk.ts";
import { signIn } from "../harness/visitor.ts";

// WCAG 2.2 AA on every page there is, as far as a program can tell. All languages and themes: accessibility.long.test.ts.
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

test("axe sees a barrier where there is one", async () => {
  const page = await agent.newPage();
  await page.goto(`${desk.web}/queue`);
  await page.evaluate(() => document.body.append(document.createElement("input")));
  expect(await findBarriers(page)).toEqual([expect.stringContaining("label: <input>")]);
  await page.close();
});

test("no page has a barrier that axe knows, and every page was looked at", async () => {
  const look = { language: "nl", theme: "dark" } as const;
  const { barriers, missing, seen } = await findBarriersEverywhere({ browser, agent, desk }, look);
  expect({ barriers, missing }).toEqual({ barriers: [], missing: [] });
  expect(seen).toBeGreaterThan(35);
});
