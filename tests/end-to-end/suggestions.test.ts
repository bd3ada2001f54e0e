import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../harness/chromium.ts";
import { Installation } from "../harness/installation.ts";
import { RelaySink } from "../harness/relay-sink.ts";
import { signIn, watchPage } from "../harness/visitor.ts";

// A suggestion from its first word to the mail that tells its follower that it is planned, and the click that ends such mails.
let desk: Installation;
let relay: RelaySink;
let browser: Browser;
let agent: Page;
let findings: string[];

beforeAll(async () => {
  relay = await RelaySink.start();
  desk = await Installation.start({ environment: { PERMANENCE_SMTP_RELAY: relay.url } });
  browser = await launchBrowser();
  agent = await (await signIn(browser, desk)).newPage();
  findings = watchPage(agent, desk.web);
});
afterAll(async () => {
  await browser?.close();
  await desk?.remove();
  await relay?.close();
});

const mailTo = (address: string, part: RegExp) =>
  relay.taken
    .filter(({ to }) => to === address)
    .map(({ raw }) => raw.toString().replaceAll("=\r\n", "").replaceAll("=3D", "="))
    .find((text) => part.test(text));

/** A customer's browser, signed in by the code that came by mail. */
async function customerOf(address: string, options: { javaScriptEnabled?: boolean } = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: "fr-BE", viewport: { width: 375, height: 800 }, ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  await page.goto(`${desk.web}/fr/suggestions/new`); // Whoever is not signed in does that first, and comes back.
  await page.getByLabel("Votre adresse e-mail").fill(address);
  await page.getByRole("button", { name: "Recevoir le code" }).click();
  await expect.poll(() => mailTo(address, /\d{4} \d{4}/), { timeout: 10_000 }).toBeDefined();
  const [code] = /\d{4} \d{4}/.exec(mailTo(address, /\d{4} \d{4}/)!)!;
  await page.getByLabel("Code à huit chiffres").fill(code);
  await page.getByRole("button", { name: "Entrer" }).click();
  await page.waitForURL(/\/fr\/suggestions\/new$/);
  await page.close();
  return context;
}

async function propose(page: Page, title: string, text: string): Promise<void> {
  await page.goto(`${desk.web}/fr/suggestions/new`);
  await page.getByLabel("En une phrase").fill(title);
  await page.getByLabel("Pourquoi, et comment").fill(text);
  await page.getByRole("button", { name: "Continuer" }).click();
}

test("from a customer's words to the agents' queue, to everybody", async () => {
  const page = await (await customerOf("zoe@agence.be")).newPage();
  await propose(page, "Exporter les annonces vers Excel", "Chaque mois, nous les recopions à la main.");
  await page.getByText("Merci. Votre proposition est gardée").waitFor();
  const stranger = await (await browser.newContext({ locale: "fr-BE" })).newPage();
  await stranger.goto(`${desk.web}/fr/suggestions`);
  expect(await stranger.getByText("Exporter les annonces").count()).toBe(0);

  await agent.goto(`${desk.web}/suggestions?show=queue`);
  await agent.getByRole("button", { name: "Publier" }).first().click();
  await agent.getByText("Rien à relire").waitFor();
  await stranger.goto(`${desk.web}/fr/suggestions`);
  await stranger.getByRole("link", { name: "Exporter les annonces vers Excel" }).click();
  await stranger.getByText("Proposée par un client").waitFor();
  await stranger.context().close();
});

test("what is alike is offered while one types, and on a step of its own without scripts", async () => {
  const context = await customerOf("tom@immo.be");
  const page = await context.newPage();
  const found = watchPage(page, desk.web);
  await page.goto(`${desk.web}/fr/suggestions/new`);
  await page.getByLabel("En une phrase").pressSequentially("Exportation des annonces en Excel");
  const offered = page.locator("similar-suggestions a", { hasText: "Exporter les annonces vers Excel" });
  await offered.waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  expect(found).toEqual([]);
  await context.close();

  const plain = await customerOf("kim@immo.be", { javaScriptEnabled: false });
  const bare = await plain.newPage();
  await propose(bare, "Export des annonces (Excel)", "Un fichier, chaque mois.");
  await bare.getByText("Peut-être déjà proposé").waitFor();
  await bare.getByRole("button", { name: "Revenir au texte" }).click();
  expect(await bare.getByLabel("En une phrase").inputValue()).toBe("Export des annonces (Excel)");
  await bare.getByRole("button", { name: "Continuer" }).click();
  await bare.getByRole("link", { name: "Exporter les annonces vers Excel" }).click();
  await bare.getByRole("button", { name: "Voter" }).click();
  await bare.getByText("votes\u00a0: 2").waitFor();
  await bare.getByRole("button", { name: "Suivre" }).click();
  await bare.getByText("Vous la suivez").waitFor();
  await bare.getByLabel("Votre commentaire").fill("Chez nous aussi.");
  await bare.getByRole("button", { name: "Envoyer le commentaire" }).click();
  await bare.getByText("vous êtes seul à voir ceci").waitFor();
  await plain.close();
});

test("a change of state is mailed to whoever follows; one click in it ends that, without signing in", async () => {
  await agent.goto(`${desk.web}/suggestions`);
  await agent.getByRole("link", { name: "Exporter les annonces vers Excel" }).click();
  await agent.getByText("Changer l’état").click();
  const form = agent.locator('form[action="?/state"]');
  await form.getByLabel("État").selectOption("declined");
  await form.getByRole("button").click();
  await agent.getByText("dites pourquoi").waitFor();
  await agent.getByText("Changer l’état").click();
  await form.getByLabel("État").selectOption("planned");
  await form.getByLabel("Français").fill("Pour le mois de mars.");
  await form.getByRole("button").click();
  await expect.poll(() => mailTo("kim@immo.be", /List-Unsubscribe/), { timeout: 15_000 }).toBeDefined();
  expect(mailTo("zoe@agence.be", /List-Unsubscribe/)).toBeDefined();
  const text = mailTo("kim@immo.be", /List-Unsubscribe/)!;
  expect(text).toContain("Pour le mois de mars.");
  const [, link] = /(\/fr\/suggestions\/unfollow\/\w{32})/.exec(text)!;
  const reader = await (await browser.newContext({ locale: "fr-BE" })).newPage();
  await reader.goto(desk.web + link);
  await reader.getByRole("button", { name: "Ne plus m’écrire" }).click();
  await reader.getByText("C’est fait").waitFor();
  await reader.context().close();
  expect(findings.filter((each) => !/42[02]/.test(each))).toEqual([]);
});
