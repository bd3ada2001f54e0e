import { openDuty } from "@permanence/duty";
import { assert } from "@permanence/kernel";
import { ATTEND_TICKET } from "@permanence/tickets";
import { sql } from "kysely";
import { openTestApi, type TestApi } from "./test-api.ts";
import { type ApiDocument, type Described, operationsOf, sampleOf } from "./test-samples.ts";

// For tests: a desk with one of everything, and how the operations of the API's document are asked for it.

/** What an id in an address names, by the words before it. Names that each desk gives its own things are no ids. */
const THINGS: [address: RegExp, thing: string][] = [
  [/^\/organisations\/\{id\}/, "organisation"],
  [/^\/tickets\/\{id\}/, "ticket"],
  [/^\/inbound-mails\/\{id\}/, "mail"],
  [/^\/outgoing-mails\/\{id\}/, "outgoing"],
  [/^\/alerts\/\{id\}/, "alert"],
  [/incidents\/\{id\}/, "incident"],
  [/^\/duty\/overrides\/\{id\}/, "override"],
  [/^\/me\/page-channels\/\{id\}/, "channel"],
  [/^\/call-outs\/\{id\}/, "callOut"],
];
const PARTS: Record<string, string> = { messageId: "message", ticketId: "ticket", agentId: "agent" };
/** A desk's own names for its things, such as "standard": the other desk has its own under them, or none. */
const NAMES = new Set(["slug", "name", "language", "address", "domain", "country"]);

/** Whether an address names something by an id, or by what was given to somebody alone. */
export const isAboutAThing = ({ parameters }: Described) =>
  parameters.some((parameter) => parameter.in === "path" && !NAMES.has(parameter.name));

export type FurnishedApi = Awaited<ReturnType<typeof openFurnishedApi>>;

/** The API of whise with one of everything, and of another desk with nothing. */
export async function openFurnishedApi(seed: string) {
  const service = await openTestApi(seed);
  const document: ApiDocument = (await service.call("GET", "/openapi.json", { as: null })).body;
  const owned = await furnish(service);
  return {
    ...{ service, document, owned, operations: operationsOf(document) },
    /** The address of the owner's thing, under the slug of a desk. */
    addressOf: (operation: Described, slug = "whise") => addressOf(operation, { document, owned, slug }),
    bodyOf: (operation: Described, options: { whole: boolean }) => bodyOf(operation, { document, owned, ...options }),
  };
}

type Furniture = { document: ApiDocument; owned: Record<string, string> };

function addressOf({ path, parameters }: Described, { document, owned, slug }: Furniture & { slug: string }): string {
  const query = parameters.filter((parameter) => parameter.in === "query" && parameter.required);
  const asked = query.map(({ name, schema }) => `${name}=${String(sampleOf(schema, document))}`).join("&");
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (name === "slug") return slug;
    if (NAMES.has(name)) return name === "domain" ? "agence.example" : "fr";
    const thing = name === "id" ? THINGS.find(([address]) => address.test(path))?.[1] : partOf(path, name);
    const id = thing === undefined ? undefined : owned[thing];
    assert(id !== undefined, `nobody knows a {${name}} of ${path}`);
    return id;
  });
  return filled + (asked === "" ? "" : `?${asked}`);
}

/** A link that a customer got has its number and signature: of the request by the form, or of what says that work stopped. */
function partOf(path: string, name: string): string {
  return /\/requests\//.test(path) ? `request.${name}` : (PARTS[name] ?? name);
}

/** What the schema says is taken, with the owner's things where ids are asked for. */
function bodyOf({ body }: Described, { document, owned, whole }: Furniture & { whole: boolean }): unknown {
  if (body === null) return undefined;
  const text = JSON.stringify(sampleOf(body, document, { whole }));
  const { agent = "", ticket } = owned;
  const address = `lea@agence-${++agencies}.example`; // Somebody new: whoever is known has a name already.
  const things: Record<string, unknown> = { agentId: agent, assigneeId: agent, ticketId: ticket, ticketIds: [ticket] };
  Object.assign(things, { address, email: address });
  return JSON.parse(text, (key, value: unknown) => things[key] ?? VALUES[key] ?? value) as unknown;
}

let agencies = 0;

/** What the document cannot say: texts that must name something, or be later than another. */
const VALUES: Record<string, unknown> = {
  ...{ language: "fr", website: "" },
  ...{ calendar: "staffed", timeZone: "Europe/Brussels", rota: "urgent", cover: "always", hours: "always" },
  ...{ since: "2026-11-30", day: "2026-12-24", holidays: [], holdsFrom: "2026-12-01T08:00:00Z", canary: null },
  week: { mon: [["09:00", "17:00"]] },
  ...{ url: "https://sms.agence.example/", policy: "standard", quiet: { from: "22:00", until: "07:00", askAfter: 3 } },
};

const MAIL = `From: Zoe <zoe@elsewhere.example>
To: helpdesk@whise.eu
Subject: Capture
Message-ID: <other-desk-1@agence.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>Voyez</p>
--b
Content-Type: message/rfc822

From: Ann <ann@elsewhere.example>
Subject: Avant
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=c

--c
Content-Type: text/html; charset=utf-8

<p>Avant</p>
--c
Content-Type: text/plain; name=notes.txt
Content-Disposition: attachment; filename=notes.txt

Rien.
--c--
--b--
`;

/** One of everything at the desk, by their ids. */
async function furnish(service: TestApi): Promise<Record<string, string>> {
  const as = await service.tokenOf("admin");
  const get = async (path: string) => (await service.call("GET", path, { as })).body;
  const make = async (path: string, body: unknown, method = "POST") => {
    const made = await service.call(method, path, { as, body });
    assert(made.status < 300, `${path}: ${JSON.stringify(made.body)}`);
    return made.body as { id: string };
  };
  const mail = await service.receive(MAIL);
  const { ticketId: ticket } = await get(`/inbound-mails/${mail}`);
  const [message] = (await get(`/tickets/${ticket}/messages`)).items;
  const [outgoing] = (await get(`/outgoing-mails?ticketId=${ticket}`)).items;
  const { text } = await get(`/outgoing-mails/${outgoing.id}`);
  const [, number, signature] = /\/stopped\/whise\/(\d+)\/(\w+)/.exec(text)!;
  const { agent } = await get("/me");
  const rotation = { people: [agent.id], since: "2026-11-02", days: ["mon"], at: ["09:00"], hours: "always" };
  await make("/rotas/urgent", { priorities: ["urgent"], cover: "always", levels: [[rotation]] }, "PUT");
  const stretch = { from: "2026-12-05T08:00:00Z", until: "2026-12-05T18:00:00Z" };
  const override = await make("/duty/overrides", { rota: "urgent", agentId: agent.id, ...stretch });
  const channel = await make("/me/page-channels", { kind: "email", label: "Home", address: "me@home.example" });
  const organisation = await make("/organisations", { name: "Agence" });
  const incident = await make("/incidents", { title: { fr: "Panne" }, ticketIds: [ticket] });
  return {
    ...{ mail, ticket, number: number!, signature: signature!, position: "0", inner: "0" },
    ...(await sendForm(service)),
    ...{ message: message.id, outgoing: outgoing.id, agent: agent.id, organisation: organisation.id },
    ...{ incident: incident.id, override: override.id, channel: channel.id, alert: await raiseAlert(service) },
    ...(await callSomebody(service)),
  };
}

async function sendForm(service: TestApi): Promise<Record<string, string>> {
  const filled = { email: "lea@agence.example", language: "fr", subject: "Photo", text: "Floue.", answers: {} };
  const headers = { "idempotency-key": "a key of this test" };
  const { body } = await service.call("POST", "/desks/whise/requests", { as: null, headers, body: filled });
  const receipt = body as { number: number; signature: string; shown: string };
  return Object.fromEntries(Object.entries(receipt).map(([name, value]) => [`request.${name}`, String(value)]));
}

async function raiseAlert({ db, deskId, world }: TestApi): Promise<string> {
  return await db.transaction(deskId, async (tx) => {
    await sql`insert into alert (desk_id, alert_id, kind, subject, detail, raised_at)
      values (${deskId}, ${deskId}, 'test', 'test', '{}', ${world.clock.now()})`.execute(tx);
    return deskId;
  });
}

/** An urgent ticket's call-out, and the token of a page. */
async function callSomebody(service: TestApi) {
  const { db, world, deskId } = service;
  const called = { contact: { address: "lea@agence.example" }, subject: "Plus rien", text: "Aidez-moi." };
  const { id } = (await service.call("POST", "/tickets", { body: { ...called, priority: "urgent" } })).body;
  const duty = openDuty({ db, world, siteUrl: () => "", allowed: new Set(), log: () => {} });
  await duty.tasks[ATTEND_TICKET]!({ deskId, ticketId: id }, { attempts: 1, maxAttempts: 1 });
  const [{ id: callOut }] = (await service.call("GET", "/call-outs")).body.items;
  const { token } = await db.transaction(deskId, (tx) =>
    tx.selectFrom("page").select("token").executeTakeFirstOrThrow(),
  );
  return { callOut, token };
}
