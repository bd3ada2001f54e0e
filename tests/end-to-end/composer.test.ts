import PostalMime from "postal-mime";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../harness/chromium.ts";
import { Installation } from "../harness/installation.ts";
import { plainMail } from "../harness/mails.ts";
import { eventually } from "../harness/patience.ts";
import { RelaySink } from "../harness/relay-sink.ts";
import { sendMail } from "../harness/smtp-session.ts";
import { signIn, watchPage } from "../harness/visitor.ts";
import type { List, Ticket } from "../harness/api-types.ts";

// Writing to a customer, in a real browser, through a real relay.
let sink: RelaySink;
let desk: Installation;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let findings: string[];
let ticket: Ticket;

const ANNE = "anne@agence.be";
const replies = () => sink.taken.filter(({ raw }) => !raw.includes("Auto-Submitted"));
const field = () => page.getByRole("textbox", { name: "Votre réponse" });

beforeAll(async () => {
  sink = await RelaySink.start();
  desk = await Installation.start({ environment: { PERMANENCE_SMTP_RELAY: sink.url } });
  await sendMail(desk.smtp, {
    from: ANNE,
    to: "helpdesk@whise.eu",
    raw: plainMail({ from: `Anne <${ANNE}>`, subject: "Panne", language: "fr" }),
  });
  const api = await desk.api();
  ticket = await eventually(async () => (await api.get<List<Ticket>>("/tickets")).items[0]);
  browser = await launchBrowser();
  context = await signIn(browser, desk);
  page = await context.newPage();
  findings = watchPage(page, desk.web);
  await page.goto(`${desk.web}/tickets/${ticket.id}`);
});
afterAll(async () => {
  await browser?.close();
  await desk?.remove();
  await sink?.close();
});

test("what is typed is kept by the service, and stands there in another browser", async () => {
  await field().click();
  await page.getByRole("toolbar", { name: "Mise en forme" }).waitFor();
  await field().fill("Bonjour Anne,");
  await page.getByText("Brouillon enregistré").waitFor();
  const other = await context.newPage();
  await other.goto(`${desk.web}/tickets/${ticket.id}`);
  await other.getByText("Bonjour Anne,").waitFor();
  await other.close();
});

test("formats, a file, a copy: sent, taken back, and sent again", async () => {
  await field().press("End");
  await field().press("Enter");
  await page.getByRole("button", { name: "Gras" }).click();
  await page.keyboard.type("Tout est réparé.");
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("plan") });
  await page.getByRole("link", { name: "plan.txt" }).waitFor();
  await page.getByRole("button", { name: "Cc, Cci" }).click();
  await page.getByLabel("Cc", { exact: true }).fill("chef@agence.be");
  await field().press("Control+Enter");
  await page.getByRole("button", { name: "Annuler l’envoi" }).click();
  await page.getByRole("link", { name: "plan.txt" }).waitFor();
  await page.getByText("chef@agence.be").waitFor();
  await page.getByRole("button", { name: "Envoyer" }).click();
  await page.getByRole("button", { name: "Annuler l’envoi" }).waitFor();
  expect(replies()).toEqual([]);
  await eventually(() => replies().length === 2, { withinMs: 30_000 });
  const mail = await PostalMime.parse(replies().find(({ to }) => to.includes(ANNE))!.raw);
  expect(mail.html).toContain("<strong>Tout est réparé.</strong>");
  expect(mail.text).toContain("Bonjour Anne,\n\nTout est réparé.");
  expect(mail.cc).toMatchObject([{ address: "chef@agence.be" }]);
  expect(mail.attachments).toMatchObject([{ filename: "plan.txt" }]);
  await page.locator("article.agent").getByText("Tout est réparé.").waitFor();
}, 60_000);

test("killed while it could be taken back, it is sent once", async () => {
  await field().fill("Encore un mot.");
  await page.getByRole("button", { name: "Envoyer" }).click();
  await page.getByRole("button", { name: "Annuler l’envoi" }).waitFor();
  await desk.kill();
  await desk.start();
  const words = () => replies().filter(({ raw }) => raw.includes("Encore un mot."));
  await eventually(() => words().length > 0, { withinMs: 60_000 });
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(words()).toHaveLength(1);
}, 120_000);

test("without scripts it is a plain field, with files and a way back", async () => {
  const { cookies } = await context.storageState();
  const plain = await browser.newContext({ javaScriptEnabled: false, locale: "fr-BE" });
  await plain.addCookies(cookies);
  const still = await plain.newPage();
  await still.goto(`${desk.web}/tickets/${ticket.id}`);
  await still.getByRole("textbox", { name: "Votre réponse" }).fill("Sans script.");
  await still
    .locator("input[type=file]")
    .setInputFiles({ name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("x") });
  await still.getByRole("button", { name: "Envoyer" }).click();
  await still.getByRole("button", { name: "Annuler l’envoi" }).click();
  await still.getByRole("button", { name: "Annuler l’envoi" }).waitFor({ state: "detached" });
  await plain.close();
});

test("nothing went wrong on the pages", () => {
  expect(findings.filter((finding) => !/ERR_|Failed to (fetch|load)|network/i.test(finding))).toEqual([]);
});
