import { openDuty } from "@permanence/duty";
import { beginCustomerSignIn } from "@permanence/people";
import { ATTEND_TICKET } from "@permanence/tickets";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { CALLS, CALLER, KEY } from "./test-api-calls.ts";
import { openTestApi, type TestApi } from "./test-api.ts";

type Schema = Record<string, unknown> & { $ref?: string; properties?: Record<string, Schema> };
type Content = Record<string, { schema: Schema }>;
type Operation = {
  parameters?: { name: string; in: string }[];
  responses: Record<string, { content?: Content; headers?: Record<string, unknown> }>;
};

let service: TestApi;
let document: { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };
beforeAll(async () => {
  service = await openTestApi("document");
  document = (await service.call("GET", "/openapi.json", { as: null })).body;
});
afterAll(() => service?.close());

const MAIL = `From: Zoe <zoe@elsewhere.example>
To: helpdesk@whise.eu
Subject: Capture
Message-ID: <document-1@agence.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>Voyez</p>
--b
Content-Type: text/plain; name=notes.txt
Content-Disposition: attachment; filename=notes.txt

Rien ne va.
--b
Content-Type: message/rfc822

From: Ann <ann@elsewhere.example>
Subject: Avant
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=c

--c
Content-Type: text/html; charset=utf-8

<p>Voyez</p>
--c
Content-Type: text/plain; name=notes.txt
Content-Disposition: attachment; filename=notes.txt

Rien.
--c--
--b--
`;
/** What is made at an address, by the name that later calls know it by; a ticket anywhere else. */
const MAKES =
  /^\/(?:directory-)?(organisation|contact|import|incident|suggestion|upload|ticket-view|shared-ticket-view|team-setting|tag|invitation|answer)(?:s|-texts)/;

test("what the routes answer is what the document says", async () => {
  const [agent, customer] = [await service.tokenOf("admin"), await service.customerTokenOf("zoe@elsewhere.example")];
  const ids = await prepare();
  for (const [method, template, body] of CALLS) {
    const filled = (text: string) => text.replace(/\{([\w-]+)\}/g, (_, name: string) => ids.get(name) ?? name);
    const path = filled(template);
    const sent: unknown = body === undefined ? undefined : JSON.parse(filled(JSON.stringify(body)));
    const as = path.startsWith("/my") ? customer : agent;
    const headers: Record<string, string> = /\/(requests|sending)$|^\/my\/.*\/messages$/.test(path) ? KEY : {};
    const answer = await service.call(method, path, { as, headers, ...(sent !== undefined && { body: sent }) });
    const { id } = (answer.body ?? {}) as { id?: string };
    if (method === "POST" && answer.status === 201 && id && !/^\/(me|my|duty|desks)/.test(path))
      ids.set(MAKES.exec(path)?.[1] ?? "ticket", id);
    expect([method, path, explainMismatch(method, path, answer)]).toEqual([method, path, null]);
  }
});

test("every operation of the document is tried above", () => {
  const tried = new Set(CALLS.map(([method, path]) => `${method} ${addressOf(path)}`));
  const known = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const elsewhere = ["GET /api/v1/events", "GET /api/v1/openapi.json"]; // Without end; and the document itself.
  expect(known.toSorted()).toEqual([...tried, ...elsewhere].toSorted());
});

test("every operation says how it may fail, and which headers guard a change", () => {
  const change = document.paths["/api/v1/tickets/{id}"]!["patch"]!;
  expect(Object.keys(change.responses)).toEqual(
    expect.arrayContaining(["200", "400", "401", "403", "404", "409", "412", "415", "422", "503"]),
  );
  expect(change.parameters).toContainEqual(expect.objectContaining({ name: "if-match", in: "header" }));
  expect(Object.keys(change.responses["200"]!.headers!)).toEqual(["etag"]);
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const { responses } of Object.values(methods))
      expect([path, Object.keys(responses)]).toEqual([path, expect.arrayContaining(["503"])]);
  }
});

/** One ticket by mail, one mail in quarantine, and the ids that calls need. */
async function prepare(): Promise<Map<string, string>> {
  const mail = await service.receive(MAIL);
  const quarantined = await service.receive("Subject: Sans expéditeur\n\nQui suis-je ?\n");
  const get = async (path: string) => (await service.call("GET", path)).body;
  const { ticketId: mailed } = await get(`/inbound-mails/${mail}`);
  const [message] = (await get(`/tickets/${mailed}/messages`)).items;
  const [outgoing] = (await get("/outgoing-mails")).items;
  const { id: writer } = (await get(`/tickets/${mailed}`)).contact;
  const { items } = (await service.call("GET", `/outgoing-mails?ticketId=${mailed}`)).body;
  const { text } = (await service.call("GET", `/outgoing-mails/${items[0].id}`)).body;
  const [, number, signature] = /\/stopped\/whise\/(\d+)\/(\w+)/.exec(text)!;
  const link = await askForLink();
  const called = { ...(await callSomebody()), number, signature, link };
  return new Map(
    Object.entries({ mail, quarantined, mailed, writer, message: message.id, outgoing: outgoing.id, ...called }),
  );
}

/** The token of a customer's sign-in link. */
async function askForLink(): Promise<string> {
  const { db, world, deskId } = service;
  const asked = { address: "ann@elsewhere.example", language: "nl", perHour: 1 };
  return (await db.transaction(deskId, (tx) => beginCustomerSignIn(tx, world, deskId, asked)))!.link;
}

/** An urgent ticket, its call-out, and the token of a page. */
async function callSomebody() {
  const { db, world, deskId } = service;
  const [{ id: agent }] = (await service.call("GET", "/agents")).body.items;
  const opened = await service.call("POST", "/tickets", { body: { ...CALLER, priority: "urgent" } });
  const { id: urgent } = opened.body as { id: string };
  const duty = openDuty({ db, world, siteUrl: () => "", allowed: new Set(), log: () => {} });
  await duty.tasks[ATTEND_TICKET]!({ deskId, ticketId: urgent }, { attempts: 1, maxAttempts: 1 });
  const [{ id: callOut }] = (await service.call("GET", "/call-outs")).body.items;
  const { token } = await db.transaction(deskId, (tx) =>
    tx.selectFrom("page").select("token").executeTakeFirstOrThrow(),
  );
  return { agent, urgent, callOut, token };
}

/** Where an answer is other than the document says; null where it is as described. */
function explainMismatch(method: string, path: string, { status, headers, body }: Answer): string | null {
  const described = document.paths[addressOf(path)]?.[method.toLowerCase()]?.responses[status];
  if (described === undefined) return `the status ${status} is not described: ${JSON.stringify(body)}`;
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  if (described.content === undefined) return body === null ? null : "a body is not described";
  const schema = described.content[type]?.schema;
  if (schema === undefined) return `the type ${type} of ${status} is not described`;
  if (!/json/.test(type)) return null;
  const read = z.fromJSONSchema(resolved(schema)).safeParse(body);
  return read.success ? null : z.prettifyError(read.error);
}

type Answer = Awaited<ReturnType<TestApi["call"]>>;

/** The address as the document writes it; ids that stand in it have the form of one. */
function addressOf(path: string): string {
  const [plain = ""] = path.split("?", 1);
  const parts = `/api/v1${plain}`.split("/");
  const found = Object.keys(document.paths)
    .filter((each) => each.split("/").length === parts.length)
    .filter((each) => each.split("/").every((part, index) => part.startsWith("{") || part === parts[index]))
    .toSorted((a, b) => a.split("{").length - b.split("{").length);
  return found[0] ?? "";
}

/** With what it refers to in its place, and closed: a field that is not described is a mistake too. */
function resolved(schema: Schema): Schema {
  if (schema.$ref !== undefined) return resolved(document.components.schemas[schema.$ref.split("/").at(-1)!]!);
  const entries = Object.entries(schema).map(([name, value]) => [name, resolvedValue(value)]);
  const closed = schema.properties !== undefined && schema["additionalProperties"] === undefined;
  return { ...Object.fromEntries(entries), ...(closed && { additionalProperties: false }) };
}

function resolvedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolvedValue);
  return typeof value === "object" && value !== null ? resolved(value as Schema) : value;
}
