import type { BrowserContext, Frame, Page } from "playwright-core";

const CALLS = ["alert", "confirm", "prompt", "print", "open"];
const MARK = "HOSTILE";

/**
 * Opens the ticket of a hostile mail as an agent does, shows its HTML, and lets the mouse wander over it and click.
 * Returns what the mail managed to run or to ask for, in words.
 */
export async function provoke(
  context: BrowserContext,
  { web, ticketId }: { web: string; ticketId: string },
): Promise<string[]> {
  const page = await context.newPage();
  const findings = await watchHostility(page, web);
  const address = `${web}/tickets/${ticketId}`;
  const frame = await openWithHtml(page, address);
  await wander(page);
  if (page.url() !== address) findings.push(`the page went to ${page.url()}`);
  if (!/\/messages\/[^/]+\/html(\?|$)/.test(frame.url())) findings.push(`the frame went to ${frame.url()}`);
  await page.close();
  return findings;
}

/** What a page runs or asks for that it should not, from now on. */
export async function watchHostility(page: Page, web: string): Promise<string[]> {
  const findings: string[] = [];
  await page.addInitScript(
    ({ calls, mark }) => {
      for (const call of calls) Object.assign(globalThis, { [call]: () => console.error(`${mark} called ${call}`) });
    },
    { calls: CALLS, mark: MARK },
  );
  page.on("console", (message) => {
    if (message.text().startsWith(MARK)) findings.push(message.text());
  });
  page.on("dialog", (dialog) => {
    findings.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("download", (download) => findings.push(`a download: ${download.url()}`));
  page.on("request", (request) => {
    const isMailFrames = request.frame() !== page.mainFrame();
    const url = new URL(request.url());
    if (/^(data|blob|about):$/.test(url.protocol)) return; // Asks nobody.
    if (url.origin !== web) findings.push(`a request to ${request.url()}`);
    else if (isMailFrames && !/\/messages\/[^/]+\/html$/.test(url.pathname))
      findings.push(`a request of the frame to ${request.url()}`);
  });
  return findings;
}

const TRIES = 4;

/** Before the page's own script runs, the click that shows the HTML is a plain link: then it is opened once more. */
async function openWithHtml(page: Page, address: string): Promise<Frame> {
  for (let tries = 1; ; tries++) {
    await page.goto(address);
    try {
      return await showHtml(page);
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

/** The mail's own frame, loaded. Where the page shows text first, its HTML is asked for. */
async function showHtml(page: Page): Promise<Frame> {
  const frame = page.locator("article iframe").first();
  if ((await frame.count()) === 0) await page.locator('article a[href$="/html"]').first().click();
  await frame.scrollIntoViewIfNeeded({ timeout: 5_000 });
  const content = await (await frame.elementHandle())?.contentFrame();
  await content!.waitForLoadState("load");
  return content!;
}

/** Handlers wait for a mouse: over the frame from corner to corner, and a click on the way. A click may follow a
 *  link to a new page, as it may in any mail; so links are left alone. */
async function wander(page: Page): Promise<void> {
  const box = await page.locator("article iframe").first().boundingBox();
  if (box === null) return;
  const { x, y, width, height } = box;
  for (const share of [0.02, 0.1, 0.25, 0.5, 0.9]) await page.mouse.move(x + width * share, y + height * share);
  const frame = page.locator("article iframe").first().contentFrame();
  if ((await frame.locator("a[href]").count()) === 0) await page.mouse.click(x + 20, y + 40);
  await page.waitForTimeout(50);
}
