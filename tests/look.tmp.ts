import { launchBrowser } from "./harness/chromium.ts";
import { Installation } from "./harness/installation.ts";
import { plainMail } from "./harness/mails.ts";
import { eventually } from "./harness/patience.ts";
import { sendMail } from "./harness/smtp-session.ts";
import { signIn } from "./harness/visitor.ts";
const OUT = "/tmp/composer/look";
const desk = await Installation.start();
const browser = await launchBrowser();
try {
  await sendMail(desk.smtp, {
    from: "anne@agence.be",
    to: "helpdesk@whise.eu",
    raw: plainMail({
      from: "Anne <anne@agence.be>",
      subject: "Les annonces ne partent plus vers les portails",
      language: "fr",
    }),
  });
  const api = await desk.api();
  const ticket: any = await eventually(async () => ((await api.get("/tickets")) as any).items[0]);
  const context = await signIn(browser, desk);
  await context.request.post(`${desk.web}/api/v1/answer-texts`, {
    data: {
      name: "Redémarrer la synchronisation",
      texts: { fr: "Bonjour {{customer.name}},\n\nVotre demande {{ticket.number}} avance.", nl: "Dag", en: "Hello" },
    },
  });
  const send = (place: string, data: object) =>
    context.request.post(`${desk.web}/api/v1/tickets/${ticket.id}/drafts/${place}/sending`, {
      data,
      headers: { "idempotency-key": place },
    });
  await send("side", {
    text: "Bonjour, votre flux répond-il ?",
    to: ["support@portail.example"],
    subject: "Flux des annonces",
  });
  await new Promise((r) => setTimeout(r, 13000));
  const page = await context.newPage();
  const set = async (
    name: string,
    path: string,
    options: { lang?: string; theme?: string; width?: number; prepare?: () => Promise<void> },
  ) => {
    const { lang = "fr", theme = "light", width = 1440 } = options;
    await context.addCookies([{ name: "permanence_language", value: lang, url: desk.web }]);
    await page.emulateMedia({ colorScheme: theme as any });
    await page.setViewportSize({ width, height: 900 });
    await page.goto(desk.web + path);
    await options.prepare?.();
    await page.waitForTimeout(400);
    await page.screenshot({ path: `${OUT}/${name}.png` });
  };
  const write = async () => {
    await page.locator("form.composer textarea, form.composer .letter-editor").first().click();
    await page.locator(".letter-editor").waitFor();
    await page.locator(".letter-editor").fill("Bonjour Anne,");
    await page.locator(".letter-editor").press("Enter");
    await page.locator(".bold").click();
    await page.keyboard.type("Tout est réparé.");
    await page
      .locator(".more")
      .click()
      .catch(() => {});
  };
  const path = `/tickets/${ticket.id}`;
  await set("ticket-fr", path, { prepare: write });
  await set("ticket-dark-nl", path, {
    lang: "nl",
    theme: "dark",
    prepare: async () => {
      await page.locator("form.composer .open").click();
      await page.waitForTimeout(500);
    },
  });
  await set("ticket-375-en", path, {
    lang: "en",
    width: 375,
    prepare: async () => {
      await page.locator("input[type=file]").setInputFiles([
        { name: "plan of the house.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF") },
        { name: "setup.exe", mimeType: "", buffer: Buffer.from("MZ") },
        { name: "empty.txt", mimeType: "", buffer: Buffer.from("") },
      ]);
      await page.waitForTimeout(800);
      await page.locator("form.composer").scrollIntoViewIfNeeded();
    },
  });
  await send("agent", { text: "Bonjour.", format: "plain" });
  await set("sending-fr", path, {});
  await set("beside-fr", path, {
    theme: "dark",
    prepare: async () => {
      await page.getByText("Tiers", { exact: true }).click();
      await page.getByText("Flux des annonces").click();
      await page.locator(".pills input").first().fill("a@b.example, non,");
      await page.locator(".pills input").first().blur();
    },
  });
  await set("templates-fr", "/settings/templates", {
    prepare: async () => {
      await page.getByText("Redémarrer").click();
    },
  });
  await set("templates-375", "/settings/templates", { width: 375, theme: "dark", lang: "nl" });
  await set("writing-en", "/settings/writing", { lang: "en" });
  const sizes = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter((e: any) => e.name.endsWith(".js"))
      .reduce((s, e: any) => s + e.encodedBodySize, 0),
  );
  await page.goto(desk.web + path);
  await page.waitForTimeout(500);
  console.log(
    "script bytes settings",
    sizes,
    "ticket",
    await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .filter((e: any) => /\.js/.test(e.name))
        .reduce((s, e: any) => s + e.encodedBodySize, 0),
    ),
  );
} finally {
  await browser.close();
  await desk.remove();
}
