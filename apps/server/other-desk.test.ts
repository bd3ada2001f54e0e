import { openDuty } from "@permanence/duty";
import { ROLES } from "@permanence/people";
import { ATTEND_TICKET } from "@permanence/tickets";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";
import { type ApiDocument, type Described, operationsOf, sampleOf } from "./test-samples.ts";

// Every operation of the document, asked for the things of one desk (whise) by whoever belongs to another, or to none.

let service: TestApi;
let document: ApiDocument;
let operations: Described[];
let owned: Record<string, string>;
beforeAll(async () => {
  service = await openTestApi("other desk");
  document = (await service.call("GET", "/openapi.json", { as: null })).body;
  operations = operationsOf(document);
  owned = await furnish();
});
afterAll(() => service?.close());

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

const isAboutAThing = ({ parameters }: Described) =>
  parameters.some((parameter) => parameter.in === "path" && !NAMES.has(parameter.name));

/** The address of the owner's thing, under the slug of a desk. */
function addressOf({ path, parameters }: Described, slug: string): string {
  const query = parameters.filter((parameter) => parameter.in === "query" && parameter.required);
  const asked = query.map(({ name, schema }) => `${name}=${String(sampleOf(schema, document))}`).join("&");
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (name === "slug") return slug;
    if (NAMES.has(name)) return name === "domain" ? "agence.example" : "fr";
    const thing = name === "id" ? THINGS.find(([address]) => address.test(path))?.[1] : partOf(path, name);
    expect([path, name, thing && typeof owned[thing]]).toEqual([path, name, "string"]);
    return owned[thing!]!;
  });
  return filled + (asked === "" ? "" : `?${asked}`);
}

/** A link that a customer got has its number and signature: of the request by the form, or of what says that work stopped. */
function partOf(path: string, name: string): string {
  return /\/requests\//.test(path) ? `request.${name}` : (PARTS[name] ?? name);
}

/** What the schema says is taken, with the owner's things where ids are asked for. */
function bodyOf({ method, body }: Described): unknown {
  if (body === null) return undefined;
  const text = JSON.stringify(sampleOf(body, document, { whole: method === "PATCH" }));
  const agent = owned["agent"]!;
  const things: Record<string, string> = { agentId: agent, assigneeId: agent, address: "lea@agence.example" };
  return JSON.parse(text, (key, value: unknown) => {
    if (key === "ticketIds" || key === "ticketId") return key === "ticketId" ? owned["ticket"] : [owned["ticket"]];
    return things[key] ?? value;
  }) as unknown;
}

async function statusOf(operation: Described, { as, slug }: { as: string | null; slug: string }): Promise<number> {
  const [body, headers] = [bodyOf(operation), { "idempotency-key": "a key of this test" }];
  const address = addressOf(operation, slug);
  const options = { method: operation.method, headers: { ...headers, ...(as && { authorization: `Bearer ${as}` }) } };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const typed = { ...options, headers: { ...options.headers, "content-type": "application/json" }, ...sent };
  const response = await service.api.request(`/api/v1${address}`, typed);
  await response.body?.cancel();
  return response.status;
}

test("what these tests ask for is there for its owner", async () => {
  const as = await service.tokenOf("admin");
  const reading = operations.filter((each) => each.method === "GET" && isAboutAThing(each));
  expect(reading.length).toBeGreaterThan(25);
  for (const operation of reading) {
    if (operation.path.startsWith("/me") || /duty-feeds/.test(operation.path)) continue; // Its owner's alone.
    expect([operation.path, await statusOf(operation, { as, slug: "whise" })]).toEqual([operation.path, 200]);
  }
});

test.each(ROLES)("for the role %s of another desk none of it exists, and nothing of it changes", async (role) => {
  const before = await stateOf();
  const about = operations.filter(isAboutAThing);
  expect(about.length).toBeGreaterThan(50);
  const open: string[] = [];
  for (const operation of about) {
    const as = await service.tokenOf(role, service.otherDeskId);
    const status = await statusOf(operation, { as, slug: "other" });
    const isShut = status === 404 || (status === 403 && !operation.isPublic);
    if (!isShut) open.push(`${status} for ${operation.method} ${operation.path}`);
  }
  expect(open).toEqual([]);
  expect(await stateOf()).toEqual(before);
});

test("for a customer, and for a stranger, no address of agents exists", async () => {
  const customers = [await service.customerTokenOf("zoe@elsewhere.example"), await otherCustomer()];
  const before = await stateOf();
  const agents = operations.filter(({ isPublic, path }) => !isPublic && !path.startsWith("/my"));
  for (const operation of agents) {
    for (const as of [null, "forged", ...customers]) {
      const status = await statusOf(operation, { as, slug: "whise" });
      expect([operation.method, operation.path, as, status]).toEqual([operation.method, operation.path, as, 401]);
    }
  }
  expect(await stateOf()).toEqual(before);
});

test("what is customers' own is nobody's who is an agent, a stranger, or a customer of elsewhere", async () => {
  const own = operations.filter(({ path }) => path.startsWith("/my"));
  expect(own.length).toBeGreaterThan(2);
  for (const operation of own) {
    for (const as of [null, "forged", await service.tokenOf("admin")])
      expect([operation.path, await statusOf(operation, { as, slug: "whise" })]).toEqual([operation.path, 401]);
    if (!isAboutAThing(operation)) continue;
    const status = await statusOf(operation, { as: await otherCustomer(), slug: "whise" });
    expect([operation.method, operation.path, status]).toEqual([operation.method, operation.path, 404]);
  }
});

const otherCustomer = () => service.customerTokenOf("mallory@elsewhere.example", service.otherDeskId);

/** Of each table of the owner's desk a digest of all its rows. */
async function stateOf(): Promise<Record<string, string>> {
  const { db, deskId } = service;
  return await db.transaction(deskId, async (tx) => {
    const { rows } = await sql<{ name: string }>`
      select table_name as name from information_schema.columns
      where column_name = 'desk_id' and table_schema = 'public' order by 1`.execute(tx);
    const digests: Record<string, string> = {};
    for (const { name } of rows) {
      const table = sql.table(name);
      const found = await sql<{ digest: string }>`
        select md5(coalesce(string_agg(row::text, '' order by row::text), '')) as digest
        from ${table} row where desk_id = ${deskId}`.execute(tx);
      digests[name] = found.rows[0]!.digest;
    }
    return digests;
  });
}

/** One of everything at the desk, by their ids. */
async function furnish(): Promise<Record<string, string>> {
  const as = await service.tokenOf("admin");
  const get = async (path: string) => (await service.call("GET", path, { as })).body;
  const make = async (path: string, body: unknown, method = "POST") => {
    const made = await service.call(method, path, { as, body });
    expect([path, made.status < 300 ? "made" : made.body]).toEqual([path, "made"]);
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
    ...(await sendForm()),
    ...{ message: message.id, outgoing: outgoing.id, agent: agent.id, organisation: organisation.id },
    ...{ incident: incident.id, override: override.id, channel: channel.id, alert: await raiseAlert() },
    ...(await callSomebody()),
  };
}

async function sendForm(): Promise<Record<string, string>> {
  const filled = { email: "lea@agence.example", language: "fr", subject: "Photo", text: "Floue.", answers: {} };
  const headers = { "idempotency-key": "a key of this test" };
  const { body } = await service.call("POST", "/desks/whise/requests", { as: null, headers, body: filled });
  const receipt = body as { number: number; signature: string; shown: string };
  return Object.fromEntries(Object.entries(receipt).map(([name, value]) => [`request.${name}`, String(value)]));
}

async function raiseAlert(): Promise<string> {
  const { db, deskId, world } = service;
  return await db.transaction(deskId, async (tx) => {
    await sql`insert into alert (desk_id, alert_id, kind, subject, detail, raised_at)
      values (${deskId}, ${deskId}, 'test', 'test', '{}', ${world.clock.now()})`.execute(tx);
    return deskId;
  });
}

/** An urgent ticket's call-out, and the token of a page. */
async function callSomebody() {
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
