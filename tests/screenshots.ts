import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { ApiClient } from "./harness/api-client.ts";
import { launchBrowser } from "./harness/chromium.ts";
import { Installation } from "./harness/installation.ts";
import { plainMail } from "./harness/mails.ts";
import { eventually } from "./harness/patience.ts";
import { RelaySink } from "./harness/relay-sink.ts";
import { sendMail } from "./harness/smtp-session.ts";
import { signIn } from "./harness/visitor.ts";
import type { List, OutgoingMail, Ticket } from "./harness/api-types.ts";

// Takes the pictures of docs/screenshots from a real installation: `npm run screenshots`.

const FOLDER = join(import.meta.dirname, "../docs/screenshots");
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Senders by their function: nobody in the pictures is a person. */
const MAILS = [
  {
    from: "Accueil <accueil@agence-du-parc.example>",
    subject: "Les annonces ne partent plus vers les portails",
    language: "fr",
  },
  {
    from: "Onthaal <onthaal@vastgoed-noord.example>",
    subject: "Foto’s staan in de verkeerde volgorde",
    language: "nl",
  },
  { from: "Front desk <desk@harbour-homes.example>", subject: "How do we add a colleague?", language: "en" },
  { from: "Location <location@agence-du-parc.example>", subject: "Un bien loué reste en ligne", language: "fr" },
  { from: "Verhuur <verhuur@vastgoed-noord.example>", subject: "Koppeling met de agenda", language: "nl" },
  { from: "Ventes <ventes@immo-centre.example>", subject: "Impossible d’ajouter une visite", language: "fr" },
] as const;

const sink = await RelaySink.start();
const desk = await Installation.start({ environment: { PERMANENCE_SMTP_RELAY: sink.url } });
const browser = await launchBrowser();
const agent = await (await signIn(browser, desk)).newPage();
const stranger = await (await browser.newContext({ locale: "fr-BE", timezoneId: "Europe/Brussels" })).newPage();
try {
  const ticket = await fillDesk();
  const inside = {
    ...{ queue: `/tickets/${ticket.id}`, mailroom: `/mailroom/${await noticeOf(ticket)}`, duty: "/duty" },
    ...{ incidents: "/incidents", reports: "/reports", promises: "/promises/policies/standard" },
  };
  const outside = {
    ...{ site: "/fr", form: "/nl/request", "sign-in": "/en/sign-in", text: "/fr/texts/privacy" },
    ...{ status: "/status/whise", request: await requestByForm() },
  };
  for (const [name, path] of Object.entries(inside)) await inBothThemes(agent, name, path);
  for (const [name, path] of Object.entries(outside)) await inBothThemes(stranger, name, path);
  await picture(agent, "ticket-phone", inside.queue, { viewport: PHONE, colorScheme: "light" });
  await picture(stranger, "site-phone", outside.site, { viewport: PHONE, colorScheme: "light" });
} finally {
  await browser.close();
  await desk.remove();
  await sink.close();
}

/** Some mails in three languages, notices taken and refused, a note and a reply. Returns the ticket to show. */
async function fillDesk(): Promise<Ticket> {
  const api = await desk.api("admin");
  sink.behaviourTo.set("verhuur@vastgoed-noord.example", "defer");
  for (const mail of MAILS)
    await sendMail(desk.smtp, {
      from: mail.from.replace(/.*<(.*)>/, "$1"),
      to: "helpdesk@whise.eu",
      raw: plainMail(mail),
    });
  const { items } = await eventually(async () => {
    const list = await api.get<List<Ticket>>("/tickets?order=newest");
    return list.items.length === MAILS.length && sink.taken.length >= MAILS.length - 1 ? list : null;
  });
  const byAddress = (start: string) => items.find(({ contact }) => contact.address.startsWith(start))!;
  const shown = byAddress("accueil@");
  await api.patch(`/tickets/${shown.id}`, { priority: "high", priorityReason: "Rien ne part plus vers les portails." });
  await api.post(`/tickets/${shown.id}/messages`, {
    kind: "note",
    text: "Le certificat du portail a changé cette nuit ; un correctif est en test.",
  });
  await api.patch(`/tickets/${byAddress("ventes@").id}`, {
    priority: "urgent",
    priorityReason: "Les visites du jour sont bloquées.",
  });
  await api.post(`/tickets/${byAddress("desk@").id}/messages`, {
    kind: "agent",
    text: "Under Settings, Users, choose Add. An invitation goes to your colleague at once.",
  });
  await arrange(api, shown);
  return shown;
}

/** Everybody who takes turns at being called when it is urgent, and an incident that customers are told of. */
async function arrange(api: ApiClient, ticket: Ticket): Promise<void> {
  const { agent } = await api.get<{ agent: { id: string } }>("/me");
  const rotation = { people: [agent.id], since: "2026-01-05", days: ["mon"], at: ["09:00"], hours: "always" };
  await api.put("/rotas/urgent", { priorities: ["urgent"], cover: "always", levels: [[rotation]] });
  await api.post("/incidents", {
    title: {
      fr: "Les annonces ne partent plus vers les portails",
      nl: "Advertenties vertrekken niet meer naar de portalen",
      en: "Properties are not sent to the portals",
    },
    ticketIds: [ticket.id],
  });
}

/** The page of a request that was sent by the form. */
async function requestByForm(): Promise<string> {
  const response = await fetch(`${desk.web}/api/v1/desks/whise/requests`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": "a key of the pictures" },
    body: JSON.stringify({
      ...{ email: "accueil@agence-du-parc.example", language: "fr", subject: "Les photos d’un bien" },
      ...{ text: "Elles ne s’affichent plus depuis ce matin.", answers: { kind: "question" } },
    }),
  });
  const { number, signature } = (await response.json()) as { number: number; signature: string };
  return `/fr/requests/${number}/${signature}`;
}

async function noticeOf({ id }: Ticket): Promise<string> {
  const api = await desk.api();
  const { items } = await api.get<List<OutgoingMail>>(`/outgoing-mails?ticketId=${id}`);
  return items.at(-1)!.id;
}

type Look = { viewport: { width: number; height: number }; colorScheme: "light" | "dark" };

async function inBothThemes(page: Page, name: string, path: string): Promise<void> {
  await picture(page, name, path, { viewport: WIDE, colorScheme: "light" });
  await picture(page, `${name}-dark`, path, { viewport: WIDE, colorScheme: "dark" });
}

async function picture(page: Page, name: string, path: string, { viewport, colorScheme }: Look): Promise<void> {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
  await page.goto(`${desk.web}${path}`, { waitUntil: "load" });
  await page.waitForTimeout(800); // Fonts and the first live tick.
  mkdirSync(FOLDER, { recursive: true });
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}
