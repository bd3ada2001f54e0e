import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../harness/chromium.ts";
import { Installation } from "../harness/installation.ts";
import { plainMail } from "../harness/mails.ts";
import { sendMail } from "../harness/smtp-session.ts";
import { signIn, watchPage } from "../harness/visitor.ts";

// An urgent mail at night: it pages whoever is on duty, who acknowledges on a phone; and a customer whose work has stopped.
let desk: Installation;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let findings: string[];
let gateway: Server;
const paged: { atMs: number; url: string; title: string }[] = [];

beforeAll(async () => {
  gateway = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { data } = JSON.parse(Buffer.concat(chunks).toString()) as { data: { url: string; title: string } };
      paged.push({ atMs: performance.now(), ...data });
      response.writeHead(204).end();
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => gateway.once("listening", resolve));
  const { port } = gateway.address() as AddressInfo;
  desk = await Installation.start({ environment: { PERMANENCE_WEBHOOK_ALLOW: `127.0.0.1:${port}` } });
  browser = await launchBrowser();
  context = await signIn(browser, desk);
  page = await context.newPage();
  findings = watchPage(page, desk.web);
});
afterAll(async () => {
  await browser?.close();
  await desk?.remove();
  gateway?.close();
});

test("a rota is made on its page, and a way to be paged is added", async () => {
  await page.goto(`${desk.web}/duty/rotas/new`);
  await page.getByLabel("Nom").fill("urgences");
  await page.getByLabel("Personnes, dans l’ordre").first().fill("admin@localhost");
  await page.getByLabel("Premier jour").first().fill("2026-11-02");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.getByRole("link", { name: "urgences" }).waitFor();
  await page.goto(`${desk.web}/duty/channels`);
  const { port } = gateway.address() as AddressInfo;
  const form = page.locator("form", { hasText: "Ajouter un webhook" });
  await form.getByLabel("Nom de la voie").fill("SMS");
  await form.getByLabel("Adresse").fill(`http://127.0.0.1:${port}/`);
  await form.getByRole("button", { name: "Ajouter" }).click();
  await page.getByText("whsec_").waitFor();
});

test("an urgent mail pages, and the page is acknowledged on a phone, without signing in", async () => {
  const text = "Plus personne ne peut se connecter, toute l’agence est à l’arrêt et il n’y a aucun contournement.";
  const startMs = performance.now();
  await sendMail(desk.smtp, {
    from: "lea@agence.be",
    to: "helpdesk@whise.eu",
    raw: plainMail({ from: "lea@agence.be", subject: "Plus rien ne fonctionne", text }),
  });
  await expect.poll(() => paged.length, { timeout: 15_000 }).toBe(1);
  expect(paged[0]!.title).toBe("Urgent\u00a0: ticket 1");
  expect(paged[0]!.atMs - startMs).toBeLessThan(15_000);
  const phone = await (await browser.newContext({ viewport: { width: 375, height: 700 }, locale: "fr-BE" })).newPage();
  await phone.goto(desk.web + new URL(paged[0]!.url).pathname);
  await phone.getByText("on appelle").waitFor(); // Looking alone acknowledges nothing.
  await phone.getByRole("button", { name: "Je m’en occupe" }).click();
  await phone.getByText("Vous vous en occupez.").waitFor();
  await phone.context().close();
});

test("a customer whose work has stopped says so behind the link in the notice", async () => {
  await sendMail(desk.smtp, {
    from: "paul@agence.be",
    to: "helpdesk@whise.eu",
    raw: plainMail({ from: "paul@agence.be", subject: "Le filtre de la liste" }),
  });
  await page.goto(`${desk.web}/mailroom`);
  await page.getByRole("link", { name: /2 est enregistrée/ }).click();
  const shown = async () => (await Promise.all(page.frames().map((frame) => frame.content()))).join("");
  await expect.poll(shown).toMatch(/\/stopped\/whise\//); // The mail is shown in a frame of its own.
  const [link = ""] = /\/stopped\/whise\/\d+\/\w+/.exec(await shown())!;
  const customer = await (
    await browser.newContext({ viewport: { width: 375, height: 700 }, locale: "fr-BE" })
  ).newPage();
  await customer.goto(`${desk.web}${link.slice(0, -1)}x`);
  await customer.getByText("Ce lien n’est pas entier").waitFor();
  await customer.goto(desk.web + link);
  await customer.getByLabel("Oui, il est arrêté").check();
  await customer.getByLabel("Non, aucun").check();
  await customer.getByRole("button", { name: "Envoyer" }).click();
  await customer.getByText("Votre demande est urgente").waitFor();
  await customer.context().close();
  await expect.poll(() => paged.length, { timeout: 15_000 }).toBe(2);
  expect(findings).toEqual([]);
});
