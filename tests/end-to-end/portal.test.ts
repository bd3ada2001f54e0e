import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../harness/chromium.ts";
import { Installation } from "../harness/installation.ts";
import { type Language, plainMail } from "../harness/mails.ts";
import { eventually } from "../harness/patience.ts";
import { RelaySink } from "../harness/relay-sink.ts";
import { sendMail } from "../harness/smtp-session.ts";
import { watchPage } from "../harness/visitor.ts";

// A customer's way through the portal in a real browser without scripts, in three languages.
let desk: Installation;
let browser: Browser;
let relay: RelaySink;

beforeAll(async () => {
  relay = await RelaySink.start();
  desk = await Installation.start({ environment: { PERMANENCE_SMTP_RELAY: relay.url } });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await desk?.remove();
  await relay?.close();
});

const WORDS = {
  fr: {
    ...{ ask: "Recevoir le code", code: "Code à huit chiffres", enter: "Entrer", message: "Votre message" },
    ...{ files: "Joindre des fichiers", send: "Envoyer la réponse", sent: "Votre message est enregistré" },
    ...{
      close: /C’est résolu/,
      closed: "La demande est close.",
      reopen: "Rouvrir la demande",
      yes: "Oui",
      rate: "Envoyer mon avis",
      thanks: "Merci",
    },
    ...{ program: "c’est un programme", received: "Reçue", registered: "Enregistrée" },
  },
  nl: {
    ...{ ask: "De code ontvangen", code: "Code van acht cijfers", enter: "Naar binnen", message: "Uw bericht" },
    ...{ files: "Bestanden toevoegen", send: "Het antwoord versturen", sent: "Uw bericht is geregistreerd" },
    ...{
      close: /Het is opgelost/,
      closed: "De aanvraag is gesloten.",
      reopen: "De aanvraag weer openen",
      yes: "Ja",
      rate: "Mijn oordeel versturen",
    },
    ...{ thanks: "Bedankt", program: "het is een programma", received: "Ontvangen", registered: "Geregistreerd" },
  },
  en: {
    ...{ ask: "Get the code", code: "Eight-digit code", enter: "Enter", message: "Your message" },
    ...{ files: "Attach files", send: "Send the reply", sent: "Your message is filed" },
    ...{
      close: /It is solved/,
      closed: "The request is closed.",
      reopen: "Reopen the request",
      yes: "Yes",
      rate: "Send my answer",
    },
    ...{ thanks: "Thank you", program: "it is a program", received: "Received", registered: "Registered" },
  },
} as const;

/** The newest code that was mailed to this address. */
async function codeFor(address: string): Promise<string> {
  return await eventually(() => {
    const codes = relay.takenFor(address).map(({ raw }) => /\b\d{4} \d{4}\b/.exec(raw.toString())?.[0]);
    return codes.findLast((code) => code !== undefined);
  });
}

async function signIn(page: Page, language: Language, address: string): Promise<void> {
  const words = WORDS[language];
  await page.locator("#email").fill(address);
  await page.getByRole("button", { name: words.ask }).click();
  await page.getByLabel(words.code).fill(await codeFor(address));
  await page.getByRole("button", { name: words.enter }).click();
}

test.each(["fr", "nl", "en"] as const)("sign in, read, answer with a file, close, rate: %s", async (language) => {
  const words = WORDS[language];
  const address = `lea-${language}@agence.be`;
  const raw = plainMail({ from: `Lea <${address}>`, subject: `Filter ${language}`, language });
  await sendMail(desk.smtp, { from: address, to: "helpdesk@whise.eu", raw });
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 320, height: 700 } });
  const page = await context.newPage();
  const findings = watchPage(page, desk.web);

  await page.goto(`${desk.web}/${language}/tickets`);
  expect(new URL(page.url()).pathname).toBe(`/${language}/sign-in`); // A stranger comes back here afterwards.
  await signIn(page, language, address);
  expect(new URL(page.url()).pathname).toBe(`/${language}/tickets`);
  await eventually(async () => {
    await page.reload();
    return (await page.getByRole("link", { name: `Filter ${language}` }).count()) > 0;
  });
  await page.getByRole("link", { name: `Filter ${language}` }).click();
  const clock = page.locator(".clock");
  expect(await clock.innerText()).toMatch(
    new RegExp(`${words.received}.*\\d\\d:\\d\\d:\\d\\d[\\s\\S]*${words.registered}.*\\d\\d:\\d\\d:\\d\\d`),
  );

  await page.getByLabel(words.message).fill("Line one.\nLine two.");
  const program = { name: "setup.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ") };
  const plan = { name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("The plan.") };
  await page.getByLabel(words.files).setInputFiles([plan, program]);
  await page.getByRole("button", { name: words.send }).click();
  await page.getByText(words.program).waitFor();
  expect(await page.getByLabel(words.message).inputValue()).toBe("Line one.\nLine two.");
  expect(await page.getByRole("checkbox", { name: /plan\.txt/ }).isChecked()).toBe(true);
  findings.length = 0; // The refusal is one.
  await page.getByRole("button", { name: words.send }).click();
  await page.getByText(words.sent).waitFor();
  expect(await page.getByRole("link", { name: /plan\.txt/ }).count()).toBe(1);
  expect(await page.getByText("Line two.").count()).toBe(1);

  await page.getByRole("button", { name: words.close }).click();
  await page.getByText(words.closed).waitFor();
  await page.getByRole("radio", { name: words.yes }).check();
  await page.getByRole("button", { name: words.rate }).click();
  await page.getByText(words.thanks).waitFor();
  await page.getByRole("button", { name: words.reopen }).click();
  for (const path of [`tickets/${new URL(page.url()).pathname.split("/").at(-1)}`, "tickets", "account"]) {
    await page.goto(`${desk.web}/${language}/${path}`);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect([path, overflow]).toEqual([path, 0]);
  }
  expect(findings).toEqual([]);
  await context.close();
});

test("of two browsers, the second is told", async () => {
  const address = "ann@agence.be";
  const raw = plainMail({ from: `Ann <${address}>`, subject: "Two browsers", language: "en" });
  await sendMail(desk.smtp, { from: address, to: "helpdesk@whise.eu", raw });
  const context = await browser.newContext({ javaScriptEnabled: false });
  const [one, two] = [await context.newPage(), await context.newPage()];
  await one.goto(`${desk.web}/en/tickets`);
  await signIn(one, "en", address);
  await eventually(async () => {
    await one.reload();
    return (await one.getByRole("link", { name: "Two browsers" }).count()) > 0;
  });
  await one.getByRole("link", { name: "Two browsers" }).click();
  await two.goto(one.url());
  await one.getByLabel("Your message").fill("From the first.");
  await one.getByRole("button", { name: "Send the reply" }).click();
  await two.getByLabel("Your message").fill("From the second.");
  await two.getByRole("button", { name: "Send the reply" }).click();
  await two.getByText("A message left from here already").waitFor();
  expect(await two.getByLabel("Your message").inputValue()).toBe("From the second.");
  await two.getByRole("button", { name: "Send the reply" }).click();
  await two.getByText("Your message is filed").waitFor();
  await one.getByRole("button", { name: /It is solved/ }).click();
  await one.getByText("Something was added to this request").waitFor();
  await context.close();
});
