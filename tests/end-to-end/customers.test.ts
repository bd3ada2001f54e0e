import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../harness/chromium.ts";
import { Installation } from "../harness/installation.ts";
import { plainMail } from "../harness/mails.ts";
import { sendMail } from "../harness/smtp-session.ts";
import { signIn, watchPage } from "../harness/visitor.ts";

let desk: Installation;
let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  desk = await Installation.start({});
  browser = await launchBrowser();
  context = await signIn(browser, desk);
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  await desk?.remove();
});

const FILE = `organisation;domains;name;emails;language
Agence du Lac;agence-lac.example;;;fr
Agence du Lac;;Marie Dupont;marie@agence-lac.example;fr
;;Zoé;zoe@;fr
Agence du Lac;gmail.com;;;
`;

test("a file is shown, then taken over; its refused lines tell why", async () => {
  const found = watchPage(page, desk.web);
  await page.goto(`${desk.web}/customers/import`);
  const file = { name: "clients.csv", mimeType: "text/csv", buffer: Buffer.from(FILE, "latin1") };
  await page.getByLabel("Un fichier CSV").setInputFiles(file);
  await page.getByRole("button", { name: "Montrer ce qui changerait" }).click();
  await page.getByRole("heading", { name: "clients.csv" }).waitFor();
  await page.getByText("« zoe@ » n’est pas une adresse e-mail.").waitFor();
  await page.getByText(/N’importe qui peut avoir une adresse chez gmail\.com/).waitFor();
  await page.getByRole("button", { name: /Reprendre ces lignes/ }).click();
  await page.getByText(/^Repris le/).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: /Les lignes refusées/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("refused-lines.csv");
  expect(found).toEqual([]);
});

test("a ticket leads to its customer, who has a second address and is merged with another contact", async () => {
  const found = watchPage(page, desk.web);
  for (const [from, subject] of [
    ["marie@agence-lac.example", "Photos floues"],
    ["m.dupont@home.example", "De chez moi"],
  ] as const)
    await sendMail(desk.smtp, { from, to: "helpdesk@whise.eu", raw: plainMail({ from, subject }) });

  const ticket = page.getByRole("link", { name: /Photos floues/ });
  const look = async () => {
    await page.goto(`${desk.web}/queue`);
    return ticket.count();
  };
  await expect.poll(look, { timeout: 15_000 }).toBe(1);
  await ticket.click();
  await page.getByText("Aucun autre ticket du client").waitFor();
  await page.getByRole("link", { name: "Marie Dupont", exact: true }).click();
  await page.getByRole("heading", { name: "Marie Dupont" }).waitFor();
  await page.getByLabel("Ajouter une adresse").fill("marie@lac.example");
  await page.getByRole("button", { name: "Ajouter" }).click();
  await page.getByRole("button", { name: "Mettre en premier" }).click();
  await expect.poll(() => page.locator("main li b").first().textContent()).toBe("marie@lac.example");

  await page.getByRole("link", { name: "Fusionner avec un autre contact" }).click();
  const search = page.getByLabel(/L’autre contact/);
  await expect
    .poll(async () => {
      await search.fill("dupont home");
      await page.getByRole("button", { name: "Chercher" }).click();
      await page.waitForLoadState();
      return page.getByRole("link", { name: /Fusionner avec/ }).count();
    })
    .toBe(1);
  await page.getByRole("link", { name: /Fusionner avec/ }).click();
  await page.getByText("Une fusion ne peut pas être défaite.").waitFor();
  if ((await page.getByRole("radio").count()) > 0) await page.getByRole("radio").first().check();
  await page.getByRole("button", { name: "Fusionner pour toujours" }).click();
  await page.getByText("m.dupont@home.example", { exact: true }).waitFor();
  expect(await page.getByRole("link", { name: /Ticket/ }).count()).toBe(2);
  expect(found).toEqual([]);
});

test("what somebody else changed meanwhile is told, and what was typed stays", async () => {
  await page.goto(`${desk.web}/customers?q=marie`);
  await page.getByRole("link", { name: "Marie Dupont" }).click();
  await page.getByText("Modifier la fiche").click();
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByText("Modifier la fiche").click();
  await other.getByLabel("Remarques").fill("La première.");
  await other.getByRole("button", { name: "Enregistrer" }).click();
  await other.getByText("La première.").first().waitFor();
  await page.getByLabel("Remarques").fill("La seconde.");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.getByText(/Quelqu’un d’autre vient de changer cela/).waitFor();
  expect(await page.getByLabel("Remarques").inputValue()).toBe("La seconde.");
  await other.close();
});
