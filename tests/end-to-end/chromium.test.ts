import { expect, test } from "vitest";
import { launchBrowser } from "../harness/chromium.ts";

test("a browser starts, runs scripts and ends", async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.setContent("<title>?</title><script>document.title = [1, 2, 3].at(-1)</script>");
    expect(await page.title()).toBe("3");
    await page.setContent("<p style='font-family: sans-serif'>Été ✓ 漢</p>"); // No font has all of it.
    expect(await page.locator("p").evaluate((line) => line.clientHeight)).toBeGreaterThan(0);
  } finally {
    await browser.close();
  }
});
