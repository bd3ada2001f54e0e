import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { findBarriers } from "../harness/axe.ts";
import { launchBrowser } from "../harness/chromium.ts";
import { Installation } from "../harness/installation.ts";
import { tabTo } from "../harness/keyboard.ts";
import { eventually } from "../harness/patience.ts";
import { RelaySink } from "../harness/relay-sink.ts";
import { SITE_WORDS } from "../harness/site-words.ts";
import { watchPage } from "../harness/visitor.ts";

// The customers' jobs, done by keyboard alone and through the accessibility tree alone; and what the public site weighs.
let sink: RelaySink;
let desk: Installation;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  sink = await RelaySink.start();
  desk = await Installation.start({ environment: { PERMANENCE_SMTP_RELAY: sink.url } });
  browser = await launchBrowser();
});
afterEach(() => page?.context().close());
afterAll(async () => {
  await browser?.close();
  await desk?.remove();
  await sink?.close();
});

type Language = keyof typeof SITE_WORDS;
const LANGUAGES = Object.keys(SITE_WORDS) as Language[];
const PATHS = ["/fr", "/fr/request", "/nl/sign-in", "/en/texts/privacy", "/sign-in", "/status/whise", "/proof"];
const MOST_BYTES = 60_000;

test.each(PATHS)("%s weighs 60 kB at most with its fonts, and asks no other machine", async (path) => {
  page = await newPage();
  const findings = watchPage(page, desk.web);
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  let bytes = 0;
  network.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.goto(desk.web + path, { waitUntil: "networkidle" });
  expect(bytes).toBeGreaterThan(10_000); // What is compressed, and the font: something was counted.
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  expect(findings).toEqual([]);
});

test.each(PATHS)("%s is read without scrolling sideways at 320 px, and enlarged four times", async (path) => {
  // WCAG 2.2, 1.4.10: a window of 1280 by 1024 at 400 % has 320 by 256 pixels of CSS.
  for (const [height, deviceScaleFactor] of [
    [700, 1],
    [256, 4],
  ] as const) {
    const context = await browser.newContext({ viewport: { width: 320, height }, deviceScaleFactor });
    const narrow = await context.newPage();
    await narrow.goto(desk.web + path);
    const overflow = await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    const isStuck = await narrow.evaluate(() =>
      [...document.querySelectorAll("*")].some((each) => /fixed|sticky/.test(getComputedStyle(each).position)),
    );
    expect([height, overflow <= 0, isStuck]).toEqual([height, true, false]); // What sticks would cover such a small page.
    await context.close();
  }
});

test.each(LANGUAGES)("by keyboard alone a customer sends a request (%s)", async (language) => {
  const m = SITE_WORDS[language];
  const answers = await answersIn(language);
  page = await newPage();
  const press = (key: string) => page.keyboard.press(key);
  const type = async (target: Locator, text: string) => {
    await tabTo(page, target);
    await page.keyboard.type(text);
  };
  await page.goto(`${desk.web}/${language}`);
  await tabTo(page, page.getByRole("link", { name: m.write }));
  await press("Enter");
  for (const [answer, arrows] of [
    [answers.fault, 0],
    [answers.hurt, 1],
    [answers.partly, 1],
  ] as const) {
    await tabTo(page, groupOf(answer).getByRole("radio").first());
    await press("Space");
    for (let times = 0; times < arrows; times += 1) await press("ArrowDown");
    expect(await page.getByRole("radio", { name: answer }).isChecked()).toBe(true);
  }
  await type(page.getByRole("textbox", { name: m.subject }), "Photos");
  await type(page.getByRole("textbox", { name: m.text }), "Les photos ne s’affichent plus.");
  await type(page.getByRole("textbox", { name: m.email }), `keyboard-${language}@agence.example`);
  await tabTo(page, page.getByRole("button", { name: m.send }));
  await press("Enter");
  await page.getByText(m.registered).waitFor();
});

test.each(LANGUAGES)("by keyboard alone a customer signs in (%s)", async (language) => {
  const m = SITE_WORDS[language];
  const address = `keyboard-in-${language}@agence.example`;
  page = await newPage();
  await page.goto(`${desk.web}/${language}`);
  await tabTo(page, page.getByRole("link", { name: m.signIn, exact: true }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("textbox", { name: m.email }));
  await page.keyboard.type(address);
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("textbox", { name: m.code }));
  await page.keyboard.type(await codeFor(address));
  await page.keyboard.press("Enter");
  await expectSignedIn(language);
});

test.each(LANGUAGES)("by roles and names alone a customer sends a request, after a mistake (%s)", async (language) => {
  const m = SITE_WORDS[language];
  const answers = await answersIn(language);
  page = await newPage({ javaScriptEnabled: false });
  await page.goto(`${desk.web}/${language}/request`);
  await page.getByRole("radio", { name: answers.question }).check();
  await page.getByRole("textbox", { name: m.email }).fill("nobody");
  await page.getByRole("button", { name: m.check }).click();
  const wrong = page.getByRole("alert");
  await wrong.getByRole("link", { name: m.missing.subject }).waitFor();
  await wrong.getByRole("link", { name: m.emailWrong }).click();
  const email = page.getByRole("textbox", { name: m.email });
  expect(await email.getAttribute("aria-invalid")).toBe("true");
  expect(await describedBy(email)).toContain(m.emailWrong);
  await email.fill(`roles-${language}@agence.example`);
  await page.getByRole("textbox", { name: m.subject }).fill("Factuur");
  await page.getByRole("textbox", { name: m.text }).fill("Waar vind ik ze?");
  expect(await page.getByRole("radio", { name: answers.question }).isChecked()).toBe(true);
  await page.getByRole("button", { name: m.check }).click();
  await page.getByRole("heading", { level: 2, name: m.checkTitle }).waitFor();
  await page.getByRole("button", { name: m.send }).click();
  await page.getByRole("main").getByText(m.registered).waitFor();
});

test.each(LANGUAGES)("by roles and names alone a customer signs in, after a wrong code (%s)", async (language) => {
  const m = SITE_WORDS[language];
  const address = `roles-in-${language}@agence.example`;
  page = await newPage();
  await page.goto(`${desk.web}/${language}/sign-in`);
  await page.getByRole("textbox", { name: m.email }).fill("nobody");
  await page.getByRole("button", { name: m.ask }).click();
  await page.getByRole("alert").getByText(m.emailWrong).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("textbox", { name: m.email }).fill(address);
  await page.getByRole("button", { name: m.ask }).click();
  await page.getByRole("textbox", { name: m.code }).fill("0000 0000");
  await page.getByRole("button", { name: m.enter }).click();
  await page.getByRole("alert").getByText(m.codeWrong).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("textbox", { name: m.code }).fill(await codeFor(address));
  await page.getByRole("button", { name: m.enter }).click();
  await expectSignedIn(language);
});

async function newPage(options: { javaScriptEnabled?: boolean } = {}): Promise<Page> {
  const context = await browser.newContext({ timezoneId: "Europe/Brussels", ...options });
  context.setDefaultTimeout(15_000);
  return await context.newPage();
}

/** The question that an answer belongs to. */
function groupOf(answer: string): Locator {
  return page.getByRole("group").filter({ has: page.getByRole("radio", { name: answer }) });
}

type Form = { questions: Record<string, { answers: { answer: string; words: string }[] }> };

/** What the answers are called: of what it is, and of how bad it is. */
async function answersIn(language: Language): Promise<Record<"fault" | "question" | "hurt" | "partly", string>> {
  const response = await fetch(`${desk.web}/api/v1/desks/whise/form?language=${language}`);
  const { questions } = (await response.json()) as Form;
  const all = Object.values(questions).flatMap(({ answers }) => answers);
  const wordsOf = (wanted: string) => all.find(({ answer }) => answer === wanted)!.words;
  return {
    ...{ fault: wordsOf("fault"), question: wordsOf("question") },
    hurt: wordsOf("hurt"),
    partly: wordsOf("partly"),
  };
}

async function codeFor(address: string): Promise<string> {
  return await eventually(() => {
    const [, code] = /(\d{4} \d{4})/.exec(sink.takenFor(address).at(-1)?.raw.toString("utf8") ?? "") ?? [];
    return code;
  });
}

function describedBy(field: Locator): Promise<string> {
  return field.evaluate((element) => {
    const ids = element.getAttribute("aria-describedby")?.split(" ") ?? [];
    return ids.map((id) => document.querySelector(`#${id}`)?.textContent ?? "").join(" ");
  });
}

async function expectSignedIn(language: Language): Promise<void> {
  await page.waitForURL(`**/${language}/tickets`);
  await page.goto(`${desk.web}/${language}`);
  await page.getByRole("link", { name: SITE_WORDS[language].account, exact: true }).waitFor();
}
