import { TOTP } from "otpauth";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../harness/chromium.ts";
import { Installation } from "../harness/installation.ts";
import { plainMail } from "../harness/mails.ts";
import { sendMail } from "../harness/smtp-session.ts";
import { signIn, watchPage } from "../harness/visitor.ts";

// An agent sets up ways to come in, in a real browser, in French, step after step.
let desk: Installation;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let findings: string[];

const PASSWORD = "quatre chevaux verts";
let phone: TOTP;
let recoveryCodes: string[];

beforeAll(async () => {
  desk = await Installation.start();
  const raw = plainMail({ from: "anne@agence.be", subject: "Plus de photos" });
  await sendMail(desk.smtp, { from: "anne@agence.be", to: "helpdesk@whise.eu", raw });
  browser = await launchBrowser();
  context = await signIn(browser, desk);
  page = await context.newPage();
  findings = watchPage(page, desk.web);
});
afterAll(async () => {
  await browser?.close();
  await desk?.remove();
});

/** An authenticator as a phone has it: it keeps passkeys, and knows its owner. */
async function plugInAuthenticator(of: Page): Promise<void> {
  const devtools = await of.context().newCDPSession(of);
  await devtools.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
  } as const;
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
  });
}

const leave = async () => {
  await page.goto(`${desk.web}/settings`);
  await page.getByRole("button", { name: "Sortir" }).click();
  await page.waitForURL(/\/sign-in/);
};

test("a passkey is made, and lets in without an address or a password", async () => {
  await plugInAuthenticator(page);
  await page.goto(`${desk.web}/settings`);
  await page.getByRole("link", { name: "Ma connexion" }).click();
  await page.getByLabel("Nom de la clé").fill("Ordinateur de l’accueil");
  await page.getByRole("button", { name: "Ajouter une clé d’accès" }).click();
  await page.getByText("Ordinateur de l’accueil").waitFor();

  await leave();
  await page.goto(`${desk.web}/settings/audit?kind=ways-changed`);
  expect(new URL(page.url()).pathname).toBe("/sign-in");
  await page.getByRole("button", { name: "Entrer avec une clé d’accès" }).click();
  await page.waitForURL(/\/settings\/audit\?kind=ways-changed$/); // Back where they were.
  await page.getByText("clé ajoutée").waitFor();
});

test("a password and a phone are set up, and recovery codes shown once", async () => {
  await page.goto(`${desk.web}/settings/security`);
  await page.getByLabel("Nouveau mot de passe").fill(PASSWORD);
  await page.getByRole("button", { name: "Enregistrer le mot de passe" }).click();
  await page.getByText("Il manque les codes").waitFor();
  await page.getByRole("button", { name: "Relier un téléphone" }).click();
  const picture = page.getByRole("img", { name: "Dessin à photographier" });
  await picture.waitFor();
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(50);
  phone = new TOTP({ secret: await page.locator("form code").innerText() });
  await page.getByLabel("Code du téléphone").fill("12");
  await page.getByRole("button", { name: "Confirmer" }).click();
  await page.getByText("Ce n’est pas un code de ce téléphone").waitFor();
  await picture.waitFor(); // It is still there to try again.
  await page.getByLabel("Code du téléphone").fill(phone.generate());
  await page.getByRole("button", { name: "Confirmer" }).click();
  await page.getByText("Notez-les maintenant").waitFor();
  recoveryCodes = await page.locator(".codes code").allInnerTexts();
  expect(recoveryCodes).toHaveLength(10);
  await page.goto(`${desk.web}/settings/security`);
  expect(await page.content()).not.toContain(recoveryCodes[0]);
});

test("without scripts, the password and a code let in, back to the page that was asked for", async () => {
  const other = await browser.newContext({ locale: "fr-BE", javaScriptEnabled: false });
  const outside = await other.newPage();
  await outside.goto(`${desk.web}/settings/tokens`);
  await outside.getByLabel("Votre adresse e-mail").fill("admin@localhost");
  await outside.getByLabel("Mot de passe").fill("ce n’est pas celui-là");
  await outside.getByRole("button", { name: "Continuer" }).click();
  await outside.getByText("L’adresse ou le mot de passe ne convient pas").waitFor();
  await outside.getByLabel("Mot de passe").fill(PASSWORD);
  await outside.getByRole("button", { name: "Continuer" }).click();
  await outside.getByLabel("Code").fill(recoveryCodes[0]!);
  await outside.locator("form button").first().click();
  await outside.waitForURL(/\/settings\/tokens$/);
  await other.close();
});

test("one of one's sessions is ended", async () => {
  await page.goto(`${desk.web}/settings/security`);
  const other = page.getByRole("listitem").filter({ hasText: "par un code de secours" });
  await other.getByRole("button", { name: /Fermer/ }).click();
  await page.getByText("C’est fait.").waitFor();
  expect(await other.count()).toBe(0);
});

test("where a session ends while a reply is written, signing in leads back to it, with all that was written", async () => {
  const writing = await context.newPage();
  await writing.goto(`${desk.web}/queue`);
  await writing.getByRole("link", { name: /Plus de photos/ }).click();
  await writing.getByRole("heading", { level: 1, name: "Plus de photos" }).waitFor();
  const ticket = writing.url();
  await writing.keyboard.press("r");
  await writing.keyboard.type("Bonjour Anne, nous cherchons.");
  await leave();
  await writing.keyboard.press("Control+Enter");
  await writing.getByText("Votre session est terminée").waitFor();
  await writing.getByRole("alert").getByRole("link").click();
  await writing.getByLabel("Votre adresse e-mail").fill("admin@localhost");
  await writing.getByLabel("Mot de passe").fill(PASSWORD);
  await writing.getByRole("button", { name: "Continuer" }).click();
  await writing.getByLabel("Code").fill(recoveryCodes[1]!);
  await writing.locator("form button").first().click();
  await writing.waitForURL(ticket);
  await writing.getByRole("textbox", { name: "Votre réponse" }).focus(); // Then the editor comes, with the draft.
  await writing.getByRole("textbox", { name: "Votre réponse" }).getByText("Bonjour Anne, nous cherchons.").waitFor();
  await writing.close();
});

test("a form that is sent after the session ended leads to sign in, and back to its page", async () => {
  const composing = await context.newPage();
  await composing.goto(`${desk.web}/settings/tokens`);
  await composing.getByLabel("Nom du programme").fill("Téléphonie");
  await leave();
  await composing.getByRole("button", { name: "Faire un jeton" }).click();
  await composing.waitForURL(/\/sign-in/);
  expect(new URL(composing.url()).searchParams.get("next")).toBe("/settings/tokens");
  await composing.close();
  await page.getByRole("button", { name: "Entrer avec une clé d’accès" }).click(); // The authenticator is this page's.
  await page.waitForURL(/\/queue/);
});

test.each(["//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", "/\t/elsewhere.example"])(
  "signing in never leads to %j",
  async (next) => {
    const outside = await context.newPage();
    await outside.goto(`${desk.web}/sign-in?next=${encodeURIComponent(next)}`);
    expect(await outside.locator('input[name="next"]').first().inputValue()).toBe("/queue");
    await outside.close();
  },
);

test("no other site may show these pages in a frame, or send their forms", async () => {
  const shown = await fetch(`${desk.web}/sign-in`);
  expect(shown.headers.get("x-frame-options")).toBe("DENY");
  expect(shown.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  for (const path of ["/sign-in?/password", "/api/v1/sign-ins/password", "/api/v1/sessions", "/sign-out"]) {
    const headers = { origin: "https://elsewhere.example", "content-type": "application/x-www-form-urlencoded" };
    const sent = await fetch(desk.web + path, {
      method: "POST",
      headers,
      body: "email=a%40b.example",
      redirect: "manual",
    });
    expect([path, sent.status]).toEqual([path, 403]);
  }
});

test.each(["fr", "nl", "en"])("the settings say everything in %s, and fit a small phone", async (language) => {
  await context.addCookies([{ name: "language", value: language, url: desk.web }]);
  const small = await context.newPage();
  await small.setViewportSize({ width: 320, height: 700 });
  for (const path of ["/settings", "/settings/security", "/settings/people", "/settings/tokens", "/settings/audit"]) {
    await small.goto(desk.web + path);
    expect.soft(await small.locator("html").getAttribute("lang"), path).toBe(language);
    expect.soft(await small.locator("h1").count(), path).toBe(1);
    const overflow = await small.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect.soft(overflow, path).toBeLessThanOrEqual(0);
  }
  await small.close();
});

test("nothing went wrong on the way", () => {
  expect(findings.filter((finding) => !/40[01]|42[29]|409/.test(finding))).toEqual([]);
});
