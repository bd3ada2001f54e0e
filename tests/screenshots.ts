import { mkdirSync } from "node:fs";
import { join } from "node:path";
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
const page = await (await signIn(browser, desk)).newPage();
try {
  const ticket = await fillDesk();
  await picture("queue", `/tickets/${ticket.id}`, { viewport: WIDE, colorScheme: "light" });
  await picture("queue-dark", `/tickets/${ticket.id}`, { viewport: WIDE, colorScheme: "dark" });
  await picture("ticket-phone", `/tickets/${ticket.id}`, { viewport: PHONE, colorScheme: "light" });
  await picture("mailroom", `/mailroom/${await noticeOf(ticket)}`, { viewport: WIDE, colorScheme: "light" });
} finally {
  await browser.close();
  await desk.remove();
  await sink.close();
}

/** Some mails in three languages, notices taken and refused, a note and a reply. Returns the ticket to show. */
async function fillDesk(): Promise<Ticket> {
  const api = await desk.api();
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
  return shown;
}

async function noticeOf({ id }: Ticket): Promise<string> {
  const api = await desk.api();
  const { items } = await api.get<List<OutgoingMail>>(`/outgoing-mails?ticketId=${id}`);
  return items.at(-1)!.id;
}

type Look = { viewport: { width: number; height: number }; colorScheme: "light" | "dark" };

async function picture(name: string, path: string, { viewport, colorScheme }: Look): Promise<void> {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
  await page.goto(`${desk.web}${path}`, { waitUntil: "load" });
  await page.waitForTimeout(800); // Fonts and the first live tick.
  mkdirSync(FOLDER, { recursive: true });
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}
