import type { List, Ticket } from "./api-types.ts";
import { Installation } from "./installation.ts";
import { plainMail } from "./mails.ts";
import { messageInMessage } from "./nested-mail.ts";
import { eventually } from "./patience.ts";
import { RelaySink } from "./relay-sink.ts";
import { sendMail } from "./smtp-session.ts";

const TO = "helpdesk@whise.eu";
const PAGED = "on-call@desk.example";
const STANDSTILL = "Plus personne ne peut se connecter, toute l’agence est à l’arrêt, sans contournement.";
/** Broken on purpose: parts that nest too deep to be read. */
const UNREADABLE = `From: dora@agence.be\r\nTo: ${TO}\r\nSubject: Matriochka\r\nMIME-Version: 1.0\r\n${Array.from(
  { length: 300 },
  (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n`,
).join("")}`;

/** A desk where every page has something to show: tickets, quarantine, a call-out, an incident, and the links that customers
 *  and whoever is on duty got by mail. */
export class FurnishedDesk {
  readonly installation: Installation;
  readonly sink: RelaySink;
  /** Addresses that no page links to. */
  paths: string[] = [];

  private constructor(installation: Installation, sink: RelaySink) {
    this.installation = installation;
    this.sink = sink;
  }

  static async open(): Promise<FurnishedDesk> {
    const sink = await RelaySink.start();
    const desk = new FurnishedDesk(
      await Installation.start({ environment: { PERMANENCE_SMTP_RELAY: sink.url, PERMANENCE_CAPS: "off" } }),
      sink,
    );
    await desk.#furnish();
    return desk;
  }

  get web(): string {
    return this.installation.web;
  }

  async close(): Promise<void> {
    await this.installation.remove();
    await this.sink.close();
  }

  /** The path of a link to us in the newest mail to an address, once it is there. */
  async linkTo(address: string, path: RegExp): Promise<string> {
    return await eventually(
      () => {
        const texts = this.sink.takenFor(address).map(({ raw }) => textOf(raw));
        return texts.flatMap((text) => path.exec(text)?.[0] ?? []).at(-1) ?? null;
      },
      { withinMs: 30_000, what: `a mail to ${address} with ${String(path)}` },
    );
  }

  /** A desk's agent signs in once per start; this is another customer at each call, by the token of their session. */
  async customerToken(address: string): Promise<string> {
    const ask = { email: address, language: "fr" };
    await this.#public("POST", "/customer-sign-ins", ask);
    const link = await this.linkTo(address, /\/fr\/sign-in\?[\w=&%.-]+/);
    const token = new URL(link, this.web).searchParams.get("token");
    const response = await this.#public("POST", "/customer-sessions", { token });
    return /permanence_customer=(\w+)/.exec(response.headers.get("set-cookie") ?? "")![1]!;
  }

  async #furnish(): Promise<void> {
    const api = await this.installation.api("admin");
    await this.#callTheAgentOf(api);
    const raws: [from: string, raw: Buffer | string][] = [
      ["anne@agence.be", plainMail({ from: "anne@agence.be", subject: "Les annonces ne partent plus" })],
      ["bert@kantoor.be", plainMail({ from: "bert@kantoor.be", subject: "De filter", language: "nl" })],
      ["cara@harbour.example", plainMail({ from: "cara@harbour.example", subject: "The filter", language: "en" })],
      ["fay@agence.be", messageInMessage()],
      ["lea@agence.be", plainMail({ from: "lea@agence.be", subject: "Plus rien ne fonctionne", text: STANDSTILL })],
    ];
    for (const [from, raw] of raws) await sendMail(this.installation.smtp, { from, to: TO, raw });
    await sendMail(this.installation.smtp, { from: "dora@agence.be", to: TO, raw: UNREADABLE });
    const tickets = await eventually(
      async () => {
        const { items } = await api.get<List<Ticket>>("/tickets?state=all&order=newest");
        return items.length === raws.length ? items : null;
      },
      { withinMs: 30_000, what: "the mails' tickets" },
    );
    const ticketOf = (subject: string) => tickets.find((ticket) => ticket.subject === subject)!;
    const nested = ticketOf("Matriochkas");
    const first = ticketOf("Les annonces ne partent plus");
    const agency = await api.post<{ id: string }>("/organisations", { name: "Agence du Parc" });
    await api.post(`/tickets/${first.id}/messages`, { kind: "note", text: "Le certificat a changé cette nuit." });
    await api.post(`/tickets/${first.id}/messages`, { kind: "agent", text: "Bonjour, nous regardons." });
    await api.post("/incidents", {
      title: { fr: "Les portails ne répondent plus", nl: "De portalen antwoorden niet", en: "The portals are down" },
      ticketIds: [first.id],
    });
    const { items: messages } = await api.get<List<{ id: string; attachments: { position: number; name: string }[] }>>(
      `/tickets/${nested.id}/messages`,
    );
    const { id, attachments } = messages[0]!;
    const at = attachments.at(-1)!.position;
    const attached = `/tickets/${nested.id}/attached/${id}/${at}`;
    this.paths = [
      `/customers/organisations/${agency.id}`,
      `/tickets/${first.id}`,
      `/tickets/${first.id}?why`,
      `/tickets/${nested.id}`,
      attached,
      `${attached}?in=2`,
    ];
    const wish = { title: "Exporter les annonces", text: "Un fichier par mois.", language: "fr" };
    const suggestion = await api.post<{ id: string }>("/suggestions", wish);
    this.paths.push(
      ...[`/suggestions/${suggestion.id}`, `/fr/suggestions/${suggestion.id}`],
      await this.linkTo("anne@agence.be", /\/stopped\/whise\/\d+\/\w+/),
      await this.linkTo(PAGED, /\/pages\/whise\/\w+/),
      await this.#formRequest(),
    );
  }

  /** The agent is on duty at every hour, and called by mail. */
  async #callTheAgentOf(api: Awaited<ReturnType<Installation["api"]>>): Promise<void> {
    const { agent } = await api.get<{ agent: { id: string } }>("/me");
    const rotation = { people: [agent.id], since: "2026-01-05", days: ["mon"], at: ["09:00"], hours: "always" };
    await api.put("/rotas/urgent", { priorities: ["urgent"], cover: "always", levels: [[rotation]] });
    await api.post("/me/page-channels", { kind: "email", label: "Mail", address: PAGED });
  }

  async #formRequest(): Promise<string> {
    const response = await this.#public("POST", "/requests", {
      ...{ email: "gil@agence.be", language: "fr", subject: "Photos", text: "Elles sont floues." },
      answers: { kind: "question" },
    });
    const { number, signature } = (await response.json()) as { number: number; signature: string };
    return `/fr/requests/${number}/${signature}`;
  }

  async #public(method: string, path: string, body: unknown): Promise<Response> {
    const response = await fetch(`${this.web}/api/v1/desks/whise${path}`, {
      method,
      headers: { "content-type": "application/json", "idempotency-key": "a key of this harness" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
}

/** Quoted-printable undone as far as links need it. */
export function textOf(raw: Buffer): string {
  return raw.toString("utf8").replaceAll("=\r\n", "").replaceAll("=3D", "=");
}
