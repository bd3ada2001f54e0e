import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.ts";
import type { Ticket } from "../harness/api-types.ts";
import { launchBrowser } from "../harness/chromium.ts";
import { Installation } from "../harness/installation.ts";
import { signIn } from "../harness/visitor.ts";

// An agent's day in a real browser, in French, beside a colleague who works by the API.
let desk: Installation;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let colleague: ApiClient;
let colleagueName: string;
let ticket: Ticket;
let me: string;

type Me = { agent: { id: string; name: string } };

beforeAll(async () => {
  desk = await Installation.start();
  browser = await launchBrowser();
  context = await signIn(browser, desk);
  page = await context.newPage();
  colleague = await desk.api();
  colleagueName = (await colleague.get<Me>("/me")).agent.name;
  await page.goto(`${desk.web}/queue`);
  me = await page.evaluate(async () => ((await (await fetch("/api/v1/me")).json()) as Me).agent.id);
  const contact = { address: "lea@agence.example", name: "Léa" };
  ticket = await colleague.post<Ticket>("/tickets", { contact, subject: "Export vide", text: "L’export est vide." });
});
afterAll(async () => {
  await browser?.close();
  await desk?.remove();
});

/** A line of the rail, with its count. */
const line = (name: string): Locator => page.locator("nav li", { hasText: new RegExp(`^\\s*${name}\\b`) });

test("a ticket that is given to me is counted, and told by the bell, while the page stands open", async () => {
  await page.goto(`${desk.web}/queue?view=mine`);
  await page.getByRole("heading", { level: 1, name: "Les miens" }).waitFor();
  await colleague.patch(`/tickets/${ticket.id}`, { assigneeId: me });
  await line("Les miens").getByText("1", { exact: true }).waitFor();
  await page.getByRole("button", { name: "1 nouveau" }).waitFor(); // Only the server knows what a view shows.
  await page.getByText("1 nouvelles non lues").waitFor({ state: "attached" });
  await page.locator("summary", { hasText: "Nouvelles" }).click();
  await page.getByRole("link", { name: `${colleagueName} vous a confié` }).click();
  await page.getByRole("heading", { level: 1, name: "Export vide" }).waitFor();
  await page.getByText("1 nouvelles non lues").waitFor({ state: "detached" }); // It is read now.
});

test("a tag is made where it is given, completed the next time, and taken away", async () => {
  const field = page.getByRole("combobox", { name: "Ajouter une étiquette" });
  await field.fill("Exports");
  await field.press("Enter");
  const chip = page.getByRole("main").locator(".tag", { hasText: "Exports" });
  await chip.waitFor();
  await page.getByRole("button", { name: "Retirer l’étiquette Exports" }).click();
  await chip.waitFor({ state: "detached" });
  await page.reload();
  expect(await page.locator('datalist option[value="Exports"]').count()).toBe(1);
});

test("one key puts a ticket aside, and it says until when; its clocks run on", async () => {
  const clocks = page.locator(".promise .clock");
  const running = await clocks.count();
  await page.keyboard.press("s");
  await page.getByRole("button", { name: /Jusqu’à la réponse du client/ }).click();
  await page.locator(".aside", { hasText: "De côté jusqu’à la réponse du client" }).waitFor();
  expect(await clocks.count()).toBe(running);
  await line("Les miens").getByText("1", { exact: true }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Reprendre" }).click();
  await line("Les miens").getByText("1", { exact: true }).waitFor();
});

test("who else is at a ticket is seen, and who writes", async () => {
  await colleague.fetch("PUT", `/tickets/${ticket.id}/presence`, { state: "looking" });
  await page.getByText(`Ouvert aussi par ${colleagueName}`).waitFor();
  await colleague.fetch("PUT", `/tickets/${ticket.id}/presence`, { state: "typing" });
  await page.getByText(`${colleagueName} écrit une réponse`).waitFor();
  await colleague.fetch("PUT", `/tickets/${ticket.id}/presence`, { state: "gone" });
  await page.getByText(`${colleagueName} écrit une réponse`).waitFor({ state: "detached" });
});

test("of two who answer at once, the second reads the first before their own is sent", async () => {
  const field = page.getByRole("textbox", { name: "Votre réponse" });
  await field.fill("Nous regardons votre export.");
  await colleague.post(`/tickets/${ticket.id}/messages`, { kind: "agent", text: "Corrigé." });
  await page.getByRole("main").getByText("Corrigé.").first().waitFor();
  await field.press("Control+Enter");
  await page.getByRole("alert").getByText("Corrigé.").waitFor();
  expect(await field.innerText()).toBe("Nous regardons votre export.");
  await page.getByRole("button", { name: "Envoyer quand même" }).click();
  await page.getByRole("button", { name: "Annuler l’envoi" }).waitFor(); // For ten seconds.
  await page.getByRole("article").filter({ hasText: "Nous regardons votre export." }).waitFor();
  const { items } = await colleague.get<{ items: { text: string }[] }>(`/tickets/${ticket.id}/messages`);
  expect(items.map(({ text }) => text)).toEqual(["L’export est vide.", "Corrigé.", "Nous regardons votre export."]);
});

test("a key that was chosen does what the usual one did, which is silent then; none is heard in fields", async () => {
  await page.goto(`${desk.web}/settings/keys`);
  await page.locator('[id="key-?"]').fill("h");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.getByText("Enregistré.").waitFor();
  await page.locator("h1").click();
  await page.keyboard.press("?");
  expect(await page.locator("dialog[open]").count()).toBe(0);
  await page.locator('[id="key-j"]').press("h");
  expect(await page.locator("dialog[open]").count()).toBe(0);
  await page.locator('[id="key-j"]').blur();
  await page.keyboard.press("h");
  await page.locator("dialog[open]").waitFor();
  expect(await page.locator("dialog[open] kbd", { hasText: /^h$/ }).count()).toBe(1);
  await page.keyboard.press("Escape");
});

test("a view that was made stands in the rail at once, with its count", async () => {
  await page.goto(`${desk.web}/settings/views`);
  await page.getByLabel("Nom").fill("En attente, à moi");
  await page.getByLabel("en attente du client").check();
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await line("En attente, à moi").getByText("1", { exact: true }).waitFor(); // Our reply waits for the customer.
});

test("rules are tried before they are saved, and then take new tickets", async () => {
  await page.goto(`${desk.web}/settings/rules`);
  await page.getByLabel("Nom").fill("Tout à moi");
  await page.getByLabel("Confier à l’agent").selectOption(me);
  await page.getByRole("button", { name: "Essayer" }).click();
  await page.getByText("1 des 1 tickets ouverts").waitFor();
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.getByText("Enregistré.").waitFor();
  const contact = { address: "ole@agence.example", name: "Ole" };
  const next = await colleague.post<Ticket>("/tickets", { contact, subject: "Encore", text: "Encore vide." });
  await page.goto(`${desk.web}/tickets/${next.id}`);
  const events = page.locator("details", { hasText: "événements" });
  if ((await events.count()) > 0) await events.locator("summary").first().click();
  await page
    .getByText(/responsable\s:.*règle «\sTout à moi/)
    .first()
    .waitFor();
});
