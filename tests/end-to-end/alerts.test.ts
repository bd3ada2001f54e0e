import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../harness/chromium.ts";
import { Installation } from "../harness/installation.ts";
import { plainMail } from "../harness/mails.ts";
import { eventually } from "../harness/patience.ts";
import { RelaySink } from "../harness/relay-sink.ts";
import { sendMail } from "../harness/smtp-session.ts";
import { signIn, watchPage } from "../harness/visitor.ts";

let sink: RelaySink;
let desk: Installation;
let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  sink = await RelaySink.start();
  desk = await Installation.start({ environment: { PERMANENCE_SMTP_RELAY: sink.url } });
  browser = await launchBrowser();
  context = await signIn(browser, desk);
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  await desk?.remove();
  await sink?.close();
});

test("a notice that bounces is told by mail and on the open page, and leads to its ticket", async () => {
  await desk.run("agent", "add", "--email", "lead@desk.example", "--name", "Lead", "--role", "lead", "--token");
  const found = watchPage(page, desk.web);
  await page.goto(`${desk.web}/alerts`);
  await page.getByText("Rien à signaler").waitFor();
  sink.behaviourTo.set("gone@agence.be", "refuse");
  const from = "gone@agence.be";
  await sendMail(desk.smtp, { from, to: "helpdesk@whise.eu", raw: plainMail({ from, subject: "Une question" }) });
  await page.getByText(/n’est pas arrivé/).waitFor();
  const told = await eventually(() => sink.takenFor("lead@desk.example")[0], { withinMs: 20_000 });
  expect(told.raw.toString()).toMatch(/^Auto-Submitted: auto-generated/im);
  await page.getByText("annoncée par e-mail").waitFor();
  await page.getByRole("link", { name: /n’est pas arrivé/ }).click();
  await page.getByRole("heading", { name: "Une question" }).waitFor();

  await page.goto(`${desk.web}/alerts`);
  await page.getByRole("button", { name: "Vu" }).click();
  await page.getByText("Rien à signaler").waitFor();
  expect(found).toEqual([]);
});
