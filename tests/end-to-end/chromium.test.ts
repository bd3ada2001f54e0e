import { expect, test } from "vitest";
import { launchBrowser } from "../harness/chromium.ts";

test("a browser starts, runs scripts and ends", async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.setContent("<title>?</title><script>document.title = [1, 2, 3].at(-1)</script>");
    expect(await page.title()).toBe("3");
  } finally {
    await browser.close();
  }
});
