import { launchBrowser } from "./harness/chromium.ts";
const base = "http://127.0.0.1:7010",
  out = "/tmp/site/shots";
const browser = await launchBrowser();
for (const js of [true, false]) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    javaScriptEnabled: js,
    colorScheme: js ? "light" : "dark",
  });
  const page = await context.newPage();
  page.on("console", (m) => console.log("console", m.type(), m.text()));
  let bytes = 0;
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  cdp.on("Network.loadingFinished", (e) => {
    bytes += e.encodedDataLength;
  });
  await page.goto(base + "/fr/request", { waitUntil: "networkidle" });
  console.log("bytes", bytes);
  await page.screenshot({ path: `${out}/form-empty-${js}.png`, fullPage: true });
  await page
    .getByLabel(/ne fonctionne pas|marche pas|panne/i)
    .first()
    .check()
    .catch(async () => page.locator("#kind-fault").check());
  await page.locator("#stopped-hurt").check();
  await page.locator("#around-partly").check();
  await page.getByLabel("En quelques mots").fill("Les photos d’un bien");
  await page.getByLabel("Ce qui se passe").fill("Elles ne s’affichent plus depuis ce matin.\nVoilà.");
  await page.getByLabel("Votre adresse e-mail").fill("lea@agence.example");
  await page.screenshot({ path: `${out}/form-filled-${js}.png`, fullPage: true });
  if (!js) {
    await page.getByRole("button", { name: "Vérifier" }).click();
    await page.screenshot({ path: `${out}/form-check-${js}.png`, fullPage: true });
  }
  await page.getByRole("button", { name: "Envoyer la demande" }).click();
  await page
    .getByText("est enregistrée")
    .waitFor({ timeout: 8000 })
    .catch((e) => console.log(String(e)));
  console.log(page.url());
  await page.screenshot({ path: `${out}/form-done-${js}.png`, fullPage: true });
  await context.close();
}
await browser.close();
