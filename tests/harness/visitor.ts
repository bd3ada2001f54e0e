import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Installation } from "./installation.ts";

/** A browser of an agent who has signed in with the link that `start` printed. The link works once per start. */
export async function signIn(
  browser: Browser,
  desk: Installation,
  options: { locale?: string } = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: "fr-BE", timezoneId: "Europe/Brussels", ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  await page.goto(desk.signInLink!);
  await page.locator("form button").first().click(); // "Enter": a link alone must not sign in, mail scanners follow it.
  await page.waitForURL(/\/queue/);
  await page.close();
  return context;
}

/** What a page did that it should not have: errors of its own, and requests to other machines. */
export function watchPage(page: Page, web: string): string[] {
  const findings: string[] = [];
  page.on("pageerror", (error) => findings.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") findings.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== web)
      findings.push(`request to another machine: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) findings.push(`${response.status()} for ${response.url()}`);
  });
  return findings;
}
