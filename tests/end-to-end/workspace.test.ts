import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../harness/chromium.ts";
import { Installation } from "../harness/installation.ts";
import { plainMail } from "../harness/mails.ts";
import { onThisMachine } from "../harness/patience.ts";
import { sendMail } from "../harness/smtp-session.ts";
import { signIn, watchPage } from "../harness/visitor.ts";

// An agent's first minutes in a real browser, in French, step after step.
let desk: Installation;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let findings: string[];

beforeAll(async () => {
  desk = await Installation.start();
  browser = await launchBrowser();
  context = await signIn(browser, desk);
  page = await context.newPage();
  findings = watchPage(page, desk.web);
});
afterAll(async () => {
  await browser?.close();
  await desk?.remove();
});

const ANNE = "anne@agence.be";
const SUBJECT = "Les annonces ne partent plus";

test("the sign-in link lets in once", async () => {
  const stranger = await browser.newContext({ locale: "fr-BE" });
  const again = await stranger.newPage();
  await again.goto(desk.signInLink!);
  await again.locator("form button").first().click();
  await again.getByText("Ce lien a déjà servi").waitFor();
  await stranger.close();
});

test("without a session no page of the workspace is shown", async () => {
  const stranger = await browser.newContext();
  const outside = await stranger.newPage();
  await outside.goto(`${desk.web}/queue`);
  expect(new URL(outside.url()).pathname).toBe("/sign-in");
  await stranger.close();
});

test("a mail that arrives is told of on the open page within a second", async () => {
  await page.goto(`${desk.web}/queue`);
  await page.getByText("Rien à traiter").waitFor();
  await send({ from: ANNE, subject: SUBJECT });
  const arrivals = page.getByRole("button", { name: "1 nouveau" });
  await arrivals.waitFor({ timeout: onThisMachine(1_500) }); // A second, and half of one for the browser on a busy machine.
  await arrivals.click();
  await page.getByRole("link", { name: new RegExp(SUBJECT) }).waitFor();
});

test("the ticket shows who wrote what, its clock, and where the notice is", async () => {
  await page.getByRole("link", { name: new RegExp(SUBJECT) }).click();
  await page.getByRole("heading", { level: 1, name: SUBJECT }).waitFor();
  await page.getByText("nous ne pouvons plus publier nos annonces").waitFor();
  // 24 hours from the second in which it came: a whole day, or less than a minute short of one.
  expect(await page.getByRole("main").innerText()).toMatch(/\b(1\sj|23\sh\s59)\b/);
});

test("a reply is written and sent by keyboard", async () => {
  await page.keyboard.press("r");
  await page.keyboard.type("Bonjour Anne, nous regardons.");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Réponse envoyée.").waitFor();
  await page.getByRole("article").filter({ hasText: "nous regardons" }).waitFor();
});

test("not a request, and taken back, each with one key", async () => {
  await page.keyboard.press("Escape");
  await page.keyboard.press("x");
  await page.getByText("Ticket clos : pas une demande.").waitFor();
  await page.keyboard.press("u");
  await page.getByText("Ticket clos : pas une demande.").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Pas une demande" }).waitFor();
});

test("a ticket is opened for a customer on the phone; what is missing is said beside its field", async () => {
  await page.goto(`${desk.web}/tickets/new`);
  await page.getByRole("button", { name: "Enregistrer le ticket" }).click();
  await page.getByRole("alert").getByText("Écrivez l’adresse du client").waitFor();

  await page.getByLabel("Adresse e-mail du client").fill("carla@agence.be");
  await page.getByRole("textbox", { name: "Sujet" }).fill("Au téléphone");
  await page.getByLabel("Ce que le client demande").fill("Elle ne peut plus se connecter.");
  await page.getByRole("radio", { name: /haute/ }).check();
  await page.getByRole("button", { name: "Enregistrer le ticket" }).click();
  await page.getByRole("heading", { level: 1, name: "Au téléphone" }).waitFor();
});

test("the mailroom shows the notice as its reader would see it, in French", async () => {
  await page.goto(`${desk.web}/mailroom`);
  await page
    .getByRole("link", { name: new RegExp(ANNE) })
    .last()
    .click();
  const notice = page.locator("iframe").first().contentFrame();
  await notice
    .getByText(/Bonjour|demande|ticket/i)
    .first()
    .waitFor();
});

test("what could not be read is in quarantine, with the reason, and becomes a ticket", async () => {
  const levels = Array.from(
    { length: 300 },
    (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n`,
  );
  const raw = `From: dora@agence.be\r\nTo: helpdesk@whise.eu\r\nSubject: Matriochka\r\nMIME-Version: 1.0\r\n${levels.join("")}`;
  await sendMail(desk.smtp, { from: "dora@agence.be", to: "helpdesk@whise.eu", raw });
  await page.goto(`${desk.web}/quarantine`);
  await page.getByText(/50 (levels|niveaux)/).waitFor();
  await page.getByRole("button", { name: "En faire un ticket" }).click();
  await page.getByRole("heading", { level: 1, name: /Matriochka|sans sujet/ }).waitFor();
});

test("none of this made the page fail, or ask another machine for anything", () => {
  expect(findings).toEqual([]);
});

test.each(["fr", "nl", "en"])("every page speaks %s, fits a telephone, and does not fail", async (language) => {
  await context.addCookies([{ name: "language", value: language, url: desk.web }]);
  const phone = await context.newPage();
  const found = watchPage(phone, desk.web);
  await phone.setViewportSize({ width: 320, height: 700 });
  for (const path of await pathsOfAllPages()) {
    await phone.goto(desk.web + path);
    expect.soft(await phone.locator("html").getAttribute("lang"), path).toBe(language);
    expect.soft(await phone.locator("h1").count(), `headings of ${path}`).toBe(1);
    const overflow = await phone.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect.soft(overflow, `width of ${path}`).toBeLessThanOrEqual(0);
  }
  expect(found).toEqual([]);
  await phone.close();
});

async function pathsOfAllPages(): Promise<string[]> {
  await page.goto(`${desk.web}/queue`);
  const ticket = await page.locator('a[href^="/tickets/"]:not([href="/tickets/new"])').first().getAttribute("href");
  await page.goto(`${desk.web}/mailroom`);
  const mail = await page.locator('a[href^="/mailroom/"]').first().getAttribute("href");
  return [
    "/",
    "/sign-in",
    "/queue",
    "/queue?state=all",
    ticket!,
    "/tickets/new",
    "/quarantine",
    "/mailroom",
    mail!,
    "/api-docs",
  ];
}

function send(mail: Parameters<typeof plainMail>[0]) {
  return sendMail(desk.smtp, { from: mail.from, to: "helpdesk@whise.eu", raw: plainMail(mail) });
}
