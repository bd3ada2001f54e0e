import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.ts";
import type { List, Ticket } from "../harness/api-types.ts";
import { launchBrowser } from "../harness/chromium.ts";
import { Installation } from "../harness/installation.ts";
import { plainMail } from "../harness/mails.ts";
import { eventually } from "../harness/patience.ts";
import { RelaySink } from "../harness/relay-sink.ts";
import { sendMail } from "../harness/smtp-session.ts";
import { signIn, watchPage } from "../harness/visitor.ts";

let sink: RelaySink;
let desk: Installation;
let api: ApiClient;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let ticket: Ticket;
beforeAll(async () => {
  sink = await RelaySink.start();
  desk = await Installation.start({ environment: { PERMANENCE_SMTP_RELAY: sink.url } });
  api = await desk.api();
  browser = await launchBrowser();
  context = await signIn(browser, desk);
  page = await context.newPage();
  const from = "anne@agence.be";
  await sendMail(desk.smtp, { from, to: "helpdesk@whise.eu", raw: plainMail({ from, subject: "Les annonces" }) });
  ticket = (await eventually(async () => (await api.get<List<Ticket>>("/tickets")).items[0]))!;
  await eventually(() => sink.takenFor(from).length === 1);
});
afterAll(async () => {
  await browser?.close();
  await desk?.remove();
  await sink?.close();
});

test("the ticket page says why its clocks stand where they do, and gives the proof; the public page verifies it", async () => {
  const found = watchPage(page, desk.web);
  await page.goto(`${desk.web}/tickets/${ticket.id}`);
  await page.getByRole("link", { name: /Pourquoi/ }).click();
  await page.getByText("L’horloge part de la réception du ticket par le guichet").first().waitFor();
  await page.getByText(/Envoi 1 de l’accusé, à anne@agence.be/).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Preuve", exact: true }).click(),
  ]);
  const file = join(desk.dataDir, "proof.json");
  await download.saveAs(file);

  const stranger = await (await browser.newContext({ locale: "nl-BE" })).newPage();
  expect(await verdictOf(stranger, file)).toContain("Dit bewijs houdt stand");
  expect(await stranger.getByText("Melding van registratie").count()).toBe(0); // The file speaks the agent's French.
  expect(await stranger.getByText("Accusé d’enregistrement").count()).toBe(1);

  const bytes = await readFile(file);
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  await writeFile(file, bytes);
  expect(await verdictOf(stranger, file)).toContain("Dit bewijs houdt geen stand");
  expect(found).toEqual([]);
});

async function verdictOf(visitor: Page, file: string): Promise<string> {
  await visitor.goto(`${desk.web}/proof`);
  await visitor.setInputFiles("#file", file);
  await visitor.locator("main form button").click();
  await visitor.locator("h1[role=status]").waitFor();
  return (await visitor.locator("h1").textContent()) ?? "";
}

test("the report counts the ticket, and its number leads to it", async () => {
  await page.goto(`${desk.web}/reports`);
  await page
    .getByRole("link", { name: /1\s+(tenus|en cours|en attente de preuve)/ })
    .first()
    .click();
  await page.getByRole("link", { name: /Les annonces/ }).click();
  await page.waitForURL(new RegExp(ticket.id));
});
