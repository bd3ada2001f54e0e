import { Installation } from "./harness/installation.ts";
import { RelaySink } from "./harness/relay-sink.ts";
import { launchBrowser } from "./harness/chromium.ts";
import { plainMail, htmlMail } from "./harness/mails.ts";
import { sendMail } from "./harness/smtp-session.ts";
import { setTimeout as sleep } from "node:timers/promises";
const relay = await RelaySink.start();
const desk = await Installation.start({ environment: { PERMANENCE_SMTP_RELAY: relay.url } });
const browser = await launchBrowser();
const agent = await desk.api();
const LANG = [
  ["fr", "light", 1100],
  ["nl", "dark", 320],
  ["en", "dark", 1100],
  ["fr", "dark", 375],
  ["en", "light", 320],
] as const;
let n = 0;
for (const [lang, theme, width] of LANG) {
  const address = `lea${++n}@agence.be`;
  const mail = { from: `Léa Vandenbroucke-Deschamps <${address}>`, language: lang };
  await sendMail(desk.smtp, {
    from: address,
    to: "helpdesk@whise.eu",
    raw: plainMail({ ...mail, subject: "Le filtre de la liste des biens oublie notre choix" }),
  });
  await sendMail(desk.smtp, {
    from: address,
    to: "helpdesk@whise.eu",
    raw: htmlMail({
      ...mail,
      subject: "Une autre demande, avec un sujet vraiment très long pour voir ce qui se passe sur un petit écran",
      html: "<p>Bonjour, <b>la photo</b> est floue.</p><table><tr><td>a</td></tr></table>",
    }),
  });
  await sleep(2500);
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: { width, height: 900 },
    colorScheme: theme,
  });
  const page = await context.newPage();
  const shot = (name: string) =>
    page.screenshot({ path: `/tmp/portal/${name}-${lang}-${theme}-${width}.png`, fullPage: true });
  await page.goto(`${desk.web}/${lang}/tickets`);
  await page.locator("#email").fill(address);
  await page.locator("main form button").first().click();
  await sleep(1500);
  const code = relay
    .takenFor(address)
    .map(({ raw }) => /\b\d{4} \d{4}\b/.exec(raw.toString())?.[0])
    .findLast(Boolean)!;
  await page.locator("#code").fill(code);
  await page.locator("main form button").first().click();
  await shot("list");
  const items = (await agent.get<{ items: any[] }>("/tickets?state=all&order=newest")).items;
  const own = items.find((t) => t.contact.address === address && /filtre/.test(t.subject));
  await agent.post(`/tickets/${own.id}/messages`, {
    kind: "agent",
    text: "Bonjour Léa,\n\nPouvez-vous nous envoyer une capture d’écran ?\n\nAn",
  });
  await page.goto(`${desk.web}/${lang}/tickets/${own.number}`);
  await page.locator("#text").fill("Voici.\nMerci.");
  await page.locator("#files").setInputFiles([
    { name: "plan-de-la-facade-nord.txt", mimeType: "text/plain", buffer: Buffer.from("x".repeat(3000)) },
    { name: "setup.exe", mimeType: "a/b", buffer: Buffer.from("MZ") },
    { name: "vide.txt", mimeType: "text/plain", buffer: Buffer.from("") },
  ]);
  await page.locator("#reply > button").click();
  await shot("refused");
  await page.locator("#reply > button").click();
  await shot("sent");
  await page.locator("form[action='?/close'] button").click();
  await shot("closed");
  await page.locator("form[action='?/rate#reply'] button").click();
  await shot("unrated");
  await page.goto(`${desk.web}/${lang}/account`);
  await page.locator("form[action='?/erase#erasure'] button").click();
  await shot("account");
  const other = items.find((t) => t.contact.address === address && t.id !== own.id);
  await page.goto(`${desk.web}/${lang}/tickets/${other.number}`);
  await page
    .locator("summary")
    .first()
    .click()
    .catch(() => {});
  await sleep(1200);
  await shot("html");
  if (n === 1) {
    const big = await page.request.post(`${desk.web}/${lang}/tickets/${own.number}?/reply`, {
      multipart: {
        text: "x",
        version: "1",
        files: { name: "big.bin", mimeType: "a/b", buffer: Buffer.alloc(28_000_000, 1) },
      },
      headers: { origin: desk.web },
    });
    console.log("28 MB", big.status(), (await big.text()).match(/25\s\w+[^<]*/)?.[0]);
    const huge = await page.request
      .post(`${desk.web}/${lang}/tickets/${own.number}?/reply`, {
        multipart: {
          text: "x",
          version: "1",
          files: { name: "big.bin", mimeType: "a/b", buffer: Buffer.alloc(38_000_000, 1) },
        },
        headers: { origin: desk.web },
      })
      .catch((e) => String(e));
    console.log(
      "38 MB",
      typeof huge === "string" ? huge.slice(0, 200) : [huge.status(), (await huge.text()).slice(0, 300)],
    );
    const data = await page.request.get(`${desk.web}/api/v1/my/data`);
    console.log(JSON.stringify(await data.json()).slice(0, 1500));
  }
  await page.goto(`${desk.web}/${lang}/account`);
  await page.locator("input[name=sure]").check();
  await page.locator("form[action='?/erase#erasure'] button").click();
  await shot("asked");
  await context.close();
}
const context = await browser.newContext({ viewport: { width: 1100, height: 800 } });
const page = await context.newPage();
await page.goto(desk.signInLink!);
await page.locator("form button").first().click();
await page.waitForURL(/queue/);
await page.goto(`${desk.web}/erasure-requests`);
await page.locator("summary").first().click();
await page.screenshot({ path: "/tmp/portal/erasures.png" });
await page.goto(`${desk.web}/alerts`);
await page.screenshot({ path: "/tmp/portal/alerts.png" });
await browser.close();
await desk.remove();
await relay.close();
