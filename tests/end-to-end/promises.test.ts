import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.ts";
import { launchBrowser } from "../harness/chromium.ts";
import { Installation } from "../harness/installation.ts";
import { signIn, watchPage } from "../harness/visitor.ts";

let desk: Installation;
let api: ApiClient;
let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  desk = await Installation.start();
  api = await desk.api();
  browser = await launchBrowser();
  context = await signIn(browser, desk);
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  await desk?.remove();
});

type Versions = {
  items: { version: number; document: { week: Record<string, unknown>; response: Record<string, unknown> } }[];
};

test("a calendar is changed: seen first, refused with the place where it is wrong, then saved", async () => {
  const found = watchPage(page, desk.web);
  await page.goto(`${desk.web}/promises/calendars/staffed`);
  await page.getByLabel("vendredi").fill("09:00-12:30, 13:00-17:00");
  await page.getByLabel("Un ticket reçu").fill("2027-01-08T16:30"); // A Friday.
  await page.getByRole("button", { name: "Voir quand il serait dû" }).click();
  await page.getByText("lundi 11 janvier 2027 à 09:30:00").waitFor(); // Urgent: an hour of open time.
  expect(await versions("calendars/staffed")).toHaveLength(1); // Nothing is saved by looking.

  await page.getByLabel("vendredi").fill("09:00-12:30, 12:00-17:00");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.getByText(/vendredi, \d.*chevauche une autre plage/).waitFor();
  expect(await page.getByLabel("vendredi").inputValue()).toBe("09:00-12:30, 12:00-17:00"); // What was typed stays.

  await page.getByLabel("vendredi").fill("09:00-12:30, 13:00-17:00");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.getByText("Enregistré : version 2.").waitFor();
  const saved = (await versions("calendars/staffed")).at(-1)!;
  expect(saved.document.week["fri"]).toEqual([
    ["09:00", "12:30"],
    ["13:00", "17:00"],
  ]);
  expect(found.filter((each) => !each.includes("400"))).toEqual([]);
});

test("a policy is changed, from a moment on", async () => {
  await page.goto(`${desk.web}/promises/policies/standard`);
  await page.locator('input[name="response.high.target"]').fill("2 h");
  await page.locator('input[name="holdsFrom"]').fill("2031-01-01T00:00");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.getByText("Enregistré : version 2.").waitFor();
  const [first, second] = await versions("policies/standard");
  expect(second!.document).toEqual({
    ...first!.document,
    response: {
      ...first!.document.response,
      high: { ...(first!.document.response["high"] as object), target: 7_200_000 },
    },
  });
});

test("a rule is added and taken away on the page", async () => {
  const found = watchPage(page, desk.web);
  await page.goto(`${desk.web}/promises`);
  await page.getByLabel("Sous le nom de").fill("gold");
  await page.getByRole("button", { name: "Nouveaux engagements" }).click(); // Begun from what is promised to all.
  await page.waitForURL(`${desk.web}/promises/policies/gold`);
  const save = async (version: number) => {
    await page.getByRole("button", { name: "Enregistrer" }).click();
    await page.getByText(`Enregistré : version ${version}.`).waitFor();
    return ((await versions("policies/gold")).at(-1)!.document as unknown as { escalation: unknown[] }).escalation;
  };
  await page.locator('select[name="rule.0.target"]').selectOption("resolution");
  await page.locator('select[name="rule.0.priority"]').selectOption("high");
  await page.locator('select[name="rule.0.at"]').selectOption("80");
  await page.locator('select[name="rule.0.raise"]').selectOption("urgent");
  await page.locator('select[name="rule.0.assign"]').selectOption("lead");
  expect(await save(1)).toEqual([{ target: "resolution", priority: "high", at: 80, raise: "urgent", assign: "lead" }]);
  await page.goto(`${desk.web}/promises/policies/gold`);
  expect(await page.locator('select[name="rule.0.raise"]').inputValue()).toBe("urgent");
  await page.locator('select[name="rule.0.target"]').selectOption("");
  expect(await save(2)).toEqual([]);
  expect(found).toEqual([]);
});

test("an organisation is given a policy of its own, from a moment on, and the desk's again", async () => {
  const { id } = await api.post<{ id: string }>("/organisations", { name: "Agence du Port" });
  await page.goto(`${desk.web}/promises/contracts`);
  await page.getByLabel("Chercher une organisation").fill("port");
  await page.getByRole("button", { name: "Chercher" }).click();
  await page.getByRole("heading", { name: "Agence du Port" }).waitFor();
  await page.locator(".found select").selectOption("gold");
  await page.locator(".found").getByLabel("Vaut à partir de").fill("2031-01-01T00:00");
  await page.getByRole("button", { name: "Donner" }).click();
  await page.getByText("à partir du 1 janvier 2031").waitFor();
  const { items } = await api.get<{ items: { organisation: { id: string }; policy: string; holdsFrom: string }[] }>(
    "/contracts",
  );
  expect(items).toMatchObject([{ organisation: { id }, policy: "gold", holdsFrom: "2030-12-31T23:00:00.000Z" }]);
  await page.locator("section").first().locator("select").selectOption("");
  await page.locator("section").first().getByRole("button", { name: "Donner" }).click();
  await page.getByText("en vigueur").waitFor({ timeout: 20_000 });
});

async function versions(path: string): Promise<Versions["items"]> {
  return (await api.get<Versions>(`/${path}/versions`)).items;
}
