import { launchBrowser } from "./harness/chromium.ts";
const [base, out, ...paths] = process.argv.slice(2);
const browser = await launchBrowser();
for (const [w, scheme] of [
  [1280, "light"],
  [1280, "dark"],
  [320, "light"],
] as const) {
  const context = await browser.newContext({ viewport: { width: w, height: 800 }, colorScheme: scheme });
  const page = await context.newPage();
  for (const path of paths) {
    let bytes = 0;
    const cdp = await context.newCDPSession(page);
    await cdp.send("Network.enable");
    cdp.on("Network.loadingFinished", (e) => {
      bytes += e.encodedDataLength;
    });
    page.on("console", (m) => m.type() === "error" && console.log(path, m.text()));
    const r = await page.goto(base + path, { waitUntil: "networkidle" });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    console.log(path, w, scheme, r?.status(), bytes, "overflow", over);
    await page.screenshot({
      path: `${out}/${path.replaceAll("/", "_").replace(/[?=&]/g, "-")}-${w}-${scheme}.png`,
      fullPage: true,
    });
    await cdp.detach();
  }
  await context.close();
}
await browser.close();
