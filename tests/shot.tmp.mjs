import { readFileSync } from "node:fs";
import { launchBrowser } from "./harness/chromium.ts";
const ids = JSON.parse(readFileSync("/tmp/directory/ids.json", "utf8"));
const link = readFileSync("/tmp/directory/link", "utf8").trim();
const browser = await launchBrowser();
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
page.on("console", (m) => m.type() === "error" && console.log("console", m.text()));
page.on("pageerror", (e) => console.log("pageerror", e.message));
await page.goto(link);
await page.waitForTimeout(500);
const b = page.locator("form button").first();
if (page.url().includes("sign-in")) {
  await b.click();
  await page.waitForLoadState();
}
await context.storageState({ path: "/tmp/directory/state.json" });
const pages = {
  list: "/customers",
  orgs: "/customers?show=organisations",
  org: `/customers/organisations/${ids.organisation}`,
  contact: `/customers/contacts/${ids.contact}`,
  merge: `/customers/contacts/${ids.contact}/merge?other=${ids.other}&q=dup`,
  import: "/customers/import",
  imp1: `/customers/import/${ids.imp}`,
  imp2: `/customers/import/${ids.imp2}`,
  ticket: `/tickets/${ids.ticket}?state=all`,
};
const cookies = { lang: "permanence_language", theme: "permanence_theme" };
console.log((await context.cookies()).map((c) => c.name));
for (const [name, path] of Object.entries(pages)) {
  await page.goto("http://localhost:7200" + path);
  await page.waitForTimeout(300);
  if (name === "ticket") await page.locator("aside summary").click();
  await page.screenshot({ path: `/tmp/directory/shots/${name}.png`, fullPage: name !== "ticket" });
}
await browser.close();
