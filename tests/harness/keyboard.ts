import type { Locator, Page } from "playwright-core";

const MOST_STEPS = 60;

/** Goes on by the Tab key until something has the focus, as somebody without a mouse does. Throws where it is not reached, or
 *  where the focus cannot be seen on the way (WCAG 2.2, 2.4.7). */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
    const unseen = await page.evaluate(unseenFocus);
    if (unseen !== null) throw new Error(`the focus cannot be seen on ${unseen}`);
  }
  throw new Error(`the Tab key does not lead to ${String(target)}`);
}

/** What has the focus without showing it; null where it shows. Runs in the page. */
function unseenFocus(): string | null {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { width, height } = element.getBoundingClientRect();
  const isOutlined = outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
  return isOutlined && width > 0 && height > 0 ? null : element.outerHTML.slice(0, 200);
}
