import { loadCases, suggestPriority } from "@permanence/triage";
import { type FreshInstallation, startFreshInstallation } from "./fresh-installation.ts";
import { Latencies } from "./latencies.ts";
import { type LoadMail, numberOf, senderOf } from "./mail-corpus.ts";
import { type DueMail, sendLoad } from "./mail-sender.ts";
import { startNoticeSink } from "./notice-sink.ts";
import { type GotPage, startPageGateway } from "./page-gateway.ts";

export type DutyBench = {
  /** From an urgent mail's 250 to its page at the gateway. */
  single: { mails: number; pages: number; pageMs: { p50: number | null; worst: number | null } };
  /** Many who write of one thing. */
  burst: {
    mails: number;
    seconds: number;
    pages: number;
    incidents: number;
    joined: number;
    noticeMs: { p50: number | null; worst: number | null };
  };
};

const SETTLED_MS = 8_000;
/** Between two urgent mails of different things, so that each finds a quiet desk. */
const APART_MS = 1_500;

/** Measures from an urgent mail to the page, and what a flood of similar mails comes to: real SMTP in, a relay that takes
 *  notices, a gateway that takes pages, a fresh installation in a process of its own. */
export async function benchDuty(mails: number, seconds: number, report: (line: string) => void): Promise<DutyBench> {
  const pages: GotPage[] = [];
  const noticedMs = new Map<number, number>();
  const sink = await startNoticeSink((recipient) => {
    const number = numberOf(recipient);
    if (!noticedMs.has(number)) noticedMs.set(number, performance.now());
  });
  const gateway = await startPageGateway((page) => pages.push(page));
  const settings = { PERMANENCE_WEBHOOK_ALLOW: gateway.host, PERMANENCE_SENDER_CHECKS: "off" };
  const installation = await startFreshInstallation(sink.port, { role: "lead", settings });
  try {
    await putOnDuty(installation, gateway.url);
    report("Urgent mails of different things, one after the other.");
    const single = await measureSingle(installation, pages);
    report(`Now ${mails} similar mails within ${seconds} s.`);
    const burst = await measureBurst(installation, pages, noticedMs, { mails, seconds });
    return { single, burst };
  } finally {
    await installation.stop();
    gateway.close();
    sink.close();
  }
}

async function putOnDuty({ read, write }: FreshInstallation, url: string): Promise<void> {
  const { agent } = await read<{ agent: { id: string } }>("/me");
  const rotation = { people: [agent.id], since: "2026-01-01", days: ["mon"], at: ["09:00"], hours: "always" };
  await write("PUT", "/rotas/urgent", { priorities: ["urgent"], cover: "always", levels: [[rotation]] });
  await write("POST", "/me/page-channels", { kind: "webhook", label: "gateway", url });
}

/** Of our own cases, those that a mail by itself makes urgent. */
function urgentTexts(count: number) {
  const urgent = loadCases().filter(
    (each) => each.priority === "urgent" && suggestPriority(each).priority === "urgent",
  );
  return urgent.slice(0, count);
}

const SINGLE_FROM = 1_000_000; // Numbers of their own, apart from the flood's.

async function measureSingle(installation: FreshInstallation, pages: GotPage[]): Promise<DutyBench["single"]> {
  const texts = urgentTexts(20);
  const latencies = new Latencies();
  let count = 0;
  for (const [index, text] of texts.entries()) {
    const before = pages.length;
    const acceptedMs = await sendOne(installation, SINGLE_FROM + index, text);
    await new Promise((resolve) => setTimeout(resolve, APART_MS));
    const page = pages.slice(before).find(({ kind }) => kind === "urgent");
    if (page === undefined) continue; // It was like one before it, and joined its call-out.
    count++;
    latencies.add(page.atMs - acceptedMs);
    await acknowledge(page);
  }
  return { mails: texts.length, pages: count, pageMs: { p50: latencies.quantile(0.5), worst: latencies.quantile(1) } };
}

async function acknowledge({ acknowledgeUrl }: GotPage): Promise<void> {
  await fetch(acknowledgeUrl, { method: "POST" }).then((answer) => answer.body?.cancel());
}

async function sendOne(installation: FreshInstallation, number: number, text: { subject: string; body: string }) {
  let acceptedMs = 0;
  let due: DueMail | null = { number, mail: mailOf(installation, number, text), dueMs: 0 };
  const next = () => [due, (due = null)][0]!;
  const events = { started() {}, accepted: () => void (acceptedMs = performance.now()), refused() {} };
  await sendLoad({ port: installation.smtpPort, mailbox: installation.mailbox, connections: 1, next, events });
  return acceptedMs;
}

const GREETINGS = ["Bonjour,", "Bonjour à tous,", "Bonsoir,", "Madame, Monsieur,"];
const ENDINGS = ["Merci.", "Merci d’avance.", "Cordialement,", "Bien à vous,", "Pouvez-vous regarder ?"];
const OUTAGE = [
  "Plus personne ne peut se connecter au logiciel : la page de connexion affiche une erreur 503, toute l’agence est à l’arrêt.",
  "La page de connexion du logiciel affiche une erreur 503, plus personne ne peut se connecter, l’agence est à l’arrêt.",
  "Impossible de se connecter : erreur 503 sur la page de connexion du logiciel. Toute l’agence est à l’arrêt, personne ne travaille.",
];

function similarMail(number: number): { subject: string; body: string } {
  const pick = (list: string[], by: number) => list[Math.floor(number / by) % list.length]!;
  const body = [pick(GREETINGS, 1), pick(OUTAGE, 1), pick(ENDINGS, 3), `Agence ${number}`].join("\n\n");
  return { subject: pick(["Connexion impossible", "Plus de connexion", "Erreur 503 à la connexion"], 2), body };
}

function mailOf(
  { mailbox }: FreshInstallation,
  number: number,
  { subject, body }: { subject: string; body: string },
): LoadMail {
  const sender = senderOf(number);
  const head = [
    ...[`From: <${sender}>`, `To: <${mailbox}>`, `Subject: =?utf-8?B?${Buffer.from(subject).toString("base64")}?=`],
    ...[`Message-ID: <duty-${number}@${sender.split("@")[1]}>`, "MIME-Version: 1.0"],
    ...["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "", ""],
  ].join("\r\n");
  const text = Buffer.from(body).toString("base64").replaceAll(/.{76}/g, "$&\r\n");
  return { sender, bytes: Buffer.from(`${head}${text}\r\n`) };
}

async function measureBurst(
  installation: FreshInstallation,
  pages: GotPage[],
  noticedMs: Map<number, number>,
  { mails, seconds }: { mails: number; seconds: number },
): Promise<DutyBench["burst"]> {
  const before = pages.length;
  const acceptedMs = new Map<number, number>();
  const startMs = performance.now();
  let number = 0;
  const next = (): DueMail | null => {
    if (number === mails) return null;
    const dueMs = startMs + (number * seconds * 1_000) / mails;
    return { number, mail: mailOf(installation, number, similarMail(number)), dueMs: (number++, dueMs) };
  };
  const events = { started() {}, accepted: (of: number) => void acceptedMs.set(of, performance.now()), refused() {} };
  const sending = sendLoad({
    port: installation.smtpPort,
    mailbox: installation.mailbox,
    connections: 4,
    next,
    events,
  });
  await Promise.race([sending, untilPaged(pages, before)]);
  const [first] = pages.slice(before);
  if (first) await acknowledge(first); // As whoever is on duty does; then nobody else is called.
  await sending;
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  const waits = new Latencies();
  for (const [of, atMs] of acceptedMs) waits.add((noticedMs.get(of) ?? Number.POSITIVE_INFINITY) - atMs);
  const { items } = await installation.read<{ items: { state: string; tickets: number }[] }>("/incidents");
  return {
    ...{ mails, seconds, pages: pages.slice(before).filter(({ kind }) => kind === "urgent").length },
    ...{ incidents: items.length, joined: items.reduce((sum, { tickets }) => sum + tickets, 0) },
    noticeMs: { p50: waits.quantile(0.5), worst: waits.quantile(1) },
  };
}

async function untilPaged(pages: GotPage[], before: number): Promise<void> {
  while (pages.length === before) await new Promise((resolve) => setTimeout(resolve, 20));
}
