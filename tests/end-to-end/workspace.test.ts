import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../harness/chromium.ts";
import { Installation } from "../harness/installation.ts";
import { plainMail } from "../harness/mails.ts";
import { messageInMessage } from "../harness/nested-mail.ts";
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
  await page.getByText("oublie notre choix à chaque visite").waitFor();
  // 24 hours from the second in which it came: a whole day, or less than a minute short of one.
  expect(await page.getByRole("main").innerText()).toMatch(/\b(1\sj|23\sh\s59)\b/);
});

test("why it has its priority is told, and one key confirms it", async () => {
  const why = page.locator("details", { hasText: "d’après les mots du message" });
  await why.locator("summary").click();
  await why.getByText("rien de bloquant").waitFor();
  await page.keyboard.press("y");
  await page.getByText("fixée par un agent").waitFor();
});

test("sizes are those of the tokens: a row of 44 px, text of 14 and 12", async () => {
  const row = page.getByRole("link", { name: new RegExp(SUBJECT) });
  await row.getByTitle("l’accusé attend son départ").waitFor();
  const sizes = await row.evaluate((link) => ({
    height: link.getBoundingClientRect().height,
    subject: getComputedStyle(link.querySelector(".subject")!).fontSize,
    who: getComputedStyle(link.querySelector(".who")!).fontSize,
  }));
  expect(sizes).toEqual({ height: 44, subject: "14px", who: "12px" });
});

test("a panel that a key opens has the focus, and Escape closes it alone", async () => {
  const here = page.url();
  await page.keyboard.press("p");
  const normal = page.getByRole("radio", { name: /normale/ });
  await expect.poll(() => normal.evaluate((radio) => radio === document.activeElement)).toBe(true);
  await page.keyboard.press("ArrowUp");
  expect(await page.getByRole("radio", { name: /haute/ }).isChecked()).toBe(true);
  await page.keyboard.press("Escape");
  await normal.waitFor({ state: "hidden" });
  expect(page.url()).toBe(here);

  await page.keyboard.press("e");
  const solved = page.getByRole("button", { name: "résolu" });
  await expect.poll(() => solved.evaluate((line) => line === document.activeElement)).toBe(true);
  await page.keyboard.press("ArrowDown");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("contourné");
  await page.keyboard.press("Escape");
  await solved.waitFor({ state: "hidden" });
  expect(page.url()).toBe(here);
});

test("Escape empties the search, and then leaves it", async () => {
  const here = page.url();
  await page.keyboard.press("/");
  await page.keyboard.type("annonces");
  const search = page.getByRole("searchbox");
  await page.keyboard.press("Escape");
  expect(await search.inputValue()).toBe("");
  expect(await search.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.press("Escape");
  expect(await search.evaluate((field) => field === document.activeElement)).toBe(false);
  expect(page.url()).toBe(here);
});

test("without a relay the ticket says why its notice waits", async () => {
  await page.getByRole("list", { name: "Chemin de l’accusé" }).getByText("aucun relais").waitFor();
});

test("everyone at a domain is said to belong to an organisation, and it can be taken back", async () => {
  await page.locator("summary", { hasText: "Attribuer à une organisation" }).click();
  await page.getByLabel("Toute personne dont l’adresse est @agence.be").fill("Agence du Parc");
  await page.getByRole("button", { name: "Confirmer", exact: true }).click();
  await page.getByText("@agence.be appartient à Agence du Parc.").waitFor();
  await page.getByRole("main").getByText("Agence du Parc", { exact: true }).first().waitFor();
  await page.keyboard.press("u");
  await page.locator("summary", { hasText: "Attribuer à une organisation" }).waitFor();
});

test("a reply is written and sent by keyboard", async () => {
  await page.keyboard.press("r");
  await page.keyboard.type("Bonjour Anne, nous regardons.");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Annuler l’envoi" }).waitFor(); // For ten seconds.
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
  await page.goto(`${desk.web}/queue`);
  await page.locator('[aria-keyshortcuts="c"]').waitFor(); // The page listens.
  await page.keyboard.press("c");
  const address = page.getByLabel("Adresse e-mail du client");
  await expect.poll(() => address.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.getByRole("button", { name: "Enregistrer le ticket" }).click();
  await page.getByRole("alert").getByText("Écrivez l’adresse du client").waitFor();

  await address.fill("carla@agence.be");
  await page.getByRole("textbox", { name: "Sujet" }).fill("Au téléphone");
  await page.getByLabel("Ce que le client demande").fill("Elle ne peut plus se connecter.");
  await page.getByRole("radio", { name: /haute/ }).check();
  await page.getByRole("button", { name: "Enregistrer le ticket" }).click();
  await page.getByRole("heading", { level: 1, name: "Au téléphone" }).waitFor();
});

test("once it has its number, the customer is told, and that is proof", async () => {
  await page.getByText("La demande est enregistrée sous le numéro").waitFor();
  await page.getByRole("button", { name: "Dit au téléphone" }).click();
  await page.getByRole("status").getByText("appel noté").waitFor();
  await page.getByRole("main").getByText("tenu", { exact: true }).waitFor();
  expect(await page.getByRole("button", { name: "Dit au téléphone" }).count()).toBe(0);
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

/** Where the test below opened an attached message. */
let attachedPath = "";

test("an invitation and the messages in a mail are shown, and what is asked for in one is not in the next", async () => {
  await sendMail(desk.smtp, { from: "fay@agence.be", to: "helpdesk@whise.eu", raw: messageInMessage() });
  const apart = await context.newPage(); // It asks another machine for a picture, which never answers.
  const asked: string[] = [];
  await apart.route(/tracker\.example/, (route) => {
    asked.push(new URL(route.request().url()).pathname);
    return route.abort();
  });
  const ticket = apart.getByRole("link", { name: /Matriochkas/ });
  const rows = async () => {
    await apart.goto(`${desk.web}/queue`);
    return ticket.count();
  };
  await expect.poll(rows, { timeout: 10_000 }).toBe(1); // Once it is read.
  await ticket.click();
  const card = apart.getByRole("region", { name: "Invitation", exact: true });
  await card.getByText("<b>Formation</b>").waitFor();
  await card.getByText("mardi 1 décembre 2026 à 10:00").waitFor();
  await card.getByText("heure de l’expéditeur : 09:00, Europe/London").waitFor();
  await card.getByText("Chaque semaine, le mardi, 3 fois.").waitFor();
  const downloads = apart.waitForEvent("download");
  await card.getByRole("link", { name: /Télécharger/ }).click();
  expect((await downloads).suggestedFilename()).toBe("invitation.ics");

  await apart.getByRole("link", { name: "Ouvrir", exact: true }).click();
  await apart.getByRole("heading", { level: 1, name: "Dehors" }).waitFor();
  attachedPath = new URL(apart.url()).pathname;
  await apart.frameLocator("iframe").getByText("Texte de Dehors").waitFor();
  await apart.getByRole("button", { name: "Afficher les images" }).click();
  await expect.poll(() => asked).toEqual(["/Dehors"]);
  await apart.getByRole("link", { name: "Ouvrir", exact: true }).click();
  await apart.getByRole("heading", { level: 1, name: "Dedans" }).waitFor();
  await apart.frameLocator("iframe").getByText("Texte de Dedans").waitFor();
  await apart.getByRole("button", { name: "Afficher les images" }).waitFor();
  expect(asked).toEqual(["/Dehors"]);
  await apart.close();
});

test("what could not be read is in quarantine, with the reason, and becomes a ticket", async () => {
  const levels = Array.from(
    { length: 300 },
    (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n`,
  );
  const raw = `From: dora@agence.be\r\nTo: helpdesk@whise.eu\r\nSubject: Matriochka\r\nMIME-Version: 1.0\r\n${levels.join("")}`;
  await sendMail(desk.smtp, { from: "dora@agence.be", to: "helpdesk@whise.eu", raw });
  await page.goto(`${desk.web}/quarantine`);
  await page.getByText("Ses parties s’emboîtent sur plus de 50 niveaux.").waitFor();
  await page.getByRole("button", { name: "En faire un ticket" }).click();
  await page.getByRole("heading", { level: 1, name: /Matriochka|sans sujet/ }).waitFor();
});

test("a machine's answer to nothing of ours is shown apart, and becomes a ticket", async () => {
  await send({ from: "eva@agence.be", subject: "Absente jusqu’à lundi", headers: ["Auto-Submitted: auto-replied"] });
  await page.goto(`${desk.web}/quarantine`);
  await page.getByText("Rien à décider").waitFor();
  await page.getByRole("link", { name: "Réponses automatiques" }).click();
  await page.getByRole("heading", { name: "Absente jusqu’à lundi" }).waitFor();
  expect(new URL(page.url()).search).toBe("?show=auto-reply");
  await page.getByRole("link", { name: "Tout ce qui est arrivé" }).click();
  await page.getByText("réponse automatique", { exact: true }).waitFor();
  expect(await page.getByRole("heading", { name: SUBJECT }).count()).toBeGreaterThan(0);
  await page.goBack();
  await page.getByRole("button", { name: "En faire un ticket" }).click();
  await page.getByRole("heading", { level: 1, name: "Absente jusqu’à lundi" }).waitFor();
});

test("where a mail names nobody, the page asks who wrote it", async () => {
  const raw = "Subject: Signalement\r\n\r\nBonjour\r\n";
  await sendMail(desk.smtp, { from: "", to: "helpdesk@whise.eu", raw });
  const apart = await context.newPage(); // Its refusal is no fault of the page that is watched.
  await apart.goto(`${desk.web}/quarantine?show=auto-reply`);
  await apart.getByRole("heading", { name: "Signalement" }).waitFor();
  await apart.getByRole("button", { name: "En faire un ticket" }).click();
  await apart.getByRole("alert").getByText("Donnez l’adresse").waitFor();
  await apart.getByLabel("Adresse de la personne qui a écrit").fill("hugo@agence.be");
  await apart.getByRole("button", { name: "En faire un ticket" }).click();
  await apart.getByRole("main").getByText("hugo@agence.be").first().waitFor();
  await apart.close();
});

test("a stranger reads whose door it is, where to write, and that no link can be sent", async () => {
  const stranger = await browser.newContext({ locale: "fr-BE" });
  const outside = await stranger.newPage();
  await outside.goto(desk.web);
  await outside.getByRole("heading", { level: 1, name: "De quoi avez-vous besoin" }).waitFor();
  expect(new URL(outside.url()).pathname).toBe("/fr");
  await outside.getByRole("link", { name: "helpdesk@whise.eu" }).waitFor();
  await outside.goto(`${desk.web}/sign-in`);
  await outside.getByText("Aucun e-mail ne quitte cette machine").waitFor();
  await outside.getByText("bin/permanence agent add --email").waitFor();
  await stranger.close();
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
  await page.goto(`${desk.web}/quarantine?show=all`);
  const inbound = await page.locator('a[href^="/quarantine/"]').first().getAttribute("href");
  await page.goto(desk.web + ticket!);
  const contact = await page.locator('a[href^="/customers/contacts/"]').first().getAttribute("href");
  return [
    ...["/customers", "/customers?show=organisations", contact!, `${contact!}/merge`, "/customers/import"],
    "/",
    "/sign-in",
    "/queue",
    "/queue?state=all",
    ticket!,
    `${ticket!}?why`,
    attachedPath.replace(/\/attached.*/, ""),
    attachedPath,
    `${attachedPath}?in=2`,
    "/tickets/new",
    "/quarantine",
    "/quarantine?show=all",
    "/mailroom",
    mail!,
    "/alerts",
    "/erasure-requests",
    inbound!,
    "/queue?view=mine",
    "/notifications",
    "/settings",
    "/settings/views",
    "/settings/teams",
    "/settings/tags",
    "/settings/rules",
    "/settings/notifications",
    "/settings/keys",
    "/mail-places",
    "/mail-places/helpdesk@whise.eu",
    "/mail-places/sending",
    "/reports",
    "/reports/tickets",
    "/incidents",
    "/suggestions",
    "/suggestions?show=queue",
    "/suggestions/new",
    `/suggestions/new?ticket=${ticket!.replace(/^.*\/|\?.*$/g, "")}`,
    "/settings/templates",
    "/settings/writing",
    "/status/whise",
    "/duty",
    "/duty/channels",
    "/duty/settings",
    "/duty/rotas/new",
    "/promises",
    "/promises/triage",
    "/promises/contracts",
    "/search?q=a",
    "/promises/contracts?q=a",
    "/promises/policies/gold",
    "/promises/policies/standard",
    "/promises/calendars/staffed?country=BE",
    "/settings",
    "/settings/security",
    "/settings/people",
    "/settings/tokens",
    "/settings/audit",
    "/api-docs",
    "/proof",
  ];
}

function send(mail: Parameters<typeof plainMail>[0]) {
  return sendMail(desk.smtp, { from: mail.from, to: "helpdesk@whise.eu", raw: plainMail(mail) });
}
