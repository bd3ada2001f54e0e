import { openDuty } from "@permanence/duty";
import { beginCustomerSignIn } from "@permanence/people";
import { ATTEND_TICKET } from "@permanence/tickets";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { PORTAL_CALLS } from "./api-portal-calls.ts";
import { WRITING_CALLS } from "./api-writing-calls.ts";
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
const UNKNOWN = "00000000-0000-7000-8000-000000000000";
const CALLER = { contact: { address: "lea@agence.example" }, subject: "Plus rien", text: "Aidez-moi." };

const FORM = {
  email: "lea@agence.example",
  language: "fr",
  subject: "Photo",
  text: "Floue.",
  answers: { kind: "question" },
};

const KEY = { "idempotency-key": "a key of the browser" };

const PLAIN = { target: "1 h", demands: "presumed", waiting: "15 min" };
const REPLY = { target: "9 h", calendar: "staffed" };
const POLICY = {
  response: { urgent: PLAIN, high: PLAIN, normal: PLAIN, low: PLAIN },
  targets: { firstReply: { by: { urgent: REPLY, high: REPLY, normal: REPLY, low: REPLY } } },
};
const LOST = { ...PLAIN, calendar: "lost" };

const WAYS = { no: "urgent", partly: "high", yes: "normal" };
const TRIAGE_TABLE = { question: "low", wish: "low", fault: { stopped: WAYS, hurt: WAYS, no: WAYS } };
const ROTATION = { people: ["{agent}"], since: "2026-11-30", days: ["mon"], at: ["09:00"], hours: "always" };
const ROTA = { priorities: ["urgent"], cover: "always", levels: [[ROTATION]] };
const DUTY_SETTINGS = {
  ...{ repeatMinutes: 5, triesPerLevel: 2, comeBackMinutes: 30, highAfterMinutes: 120, canary: null },
  quiet: { from: "22:00", until: "07:00", askAfter: 3 },
};
const day = (n: number) => ({ from: `2026-12-0${n}T08:00:00Z`, until: `2026-12-0${n}T18:00:00Z` });
const [STRETCH, LATER, STILL_LATER] = [day(5), day(6), day(7)];

/** Each as method, address and body; the names in braces are the ids that the calls before gave. */
const CALLS: [string, string, unknown?][] = [
  ["GET", "/health"],
  ["GET", "/desk"],
  ["GET", "/me"],
  ["PATCH", "/me", { language: "nl" }],
  ["PATCH", "/me", { language: "xx" }],
  ["GET", "/agents"],
  ["POST", "/sign-in-links", { email: "nobody@desk.example" }],
  ["POST", "/sessions", { token: "none" }],
  ["POST", "/organisations", { name: "Agence" }],
  ["GET", "/organisations?q=ag"],
  ["GET", "/organisations/{organisation}"],
  ["PUT", "/organisations/{organisation}/domains/agence.example"],
  ["PUT", "/organisations/{organisation}/domains/gmail.com"],
  ["GET", "/mailboxes/nobody@desk.example/contents?from=2026-11-01"],
  ["PUT", "/mailboxes/nobody@desk.example/taking", { from: "2026-11-01", historyFrom: null }],
  ["GET", "/tickets/{mailed}/messages/{message}/attachments/0/message"],
  ["GET", "/tickets/{mailed}/messages/{message}/attachments/1/message"],
  ["GET", "/tickets/{mailed}/messages/{message}/attachments/1/message?in=0"],
  ["GET", "/tickets/{mailed}/messages/{message}/attachments/1/message/html"],
  ["GET", "/tickets/{mailed}/messages/{message}/attachments/1/message/attachments/0"],
  ["GET", "/outgoing-mails/{outgoing}/way"],
  ["GET", "/inbound-mails/{mail}/way"],
  ["GET", "/sending-identities"],
  ["GET", "/relay-probes/latest"],
  ["POST", "/relay-probes", { mailbox: "helpdesk@whise.eu" }],
  ["GET", "/policies"],
  ["GET", "/policies/standard/versions"],
  ["GET", "/policies/none/versions"],
  ["POST", "/policies/gold/versions", { document: POLICY }],
  ["POST", "/policies/gold/versions", { document: { response: { urgent: PLAIN } } }],
  ["POST", "/policies/gold/versions", { document: { ...POLICY, response: { ...POLICY.response, low: LOST } } }],
  ["POST", "/policies/gold/versions", { document: POLICY, holdsFrom: "2020-01-01T00:00:00Z" }],
  ["POST", "/policy-previews", { document: POLICY, receivedAt: ["2026-12-04T17:30:00+01:00"] }],
  ["GET", "/calendars"],
  ["GET", "/calendars/staffed/versions"],
  ["POST", "/calendars/staffed/versions", { document: { week: { mon: [["09:00", "17:00"]] } } }],
  ["POST", "/calendars/staffed/versions", { document: { week: { mon: [["09:00", "09:00"]] } } }],
  ["GET", "/organisations/{organisation}/contract"],
  ["PUT", "/organisations/{organisation}/contract", { policy: "gold" }],
  ["PUT", "/organisations/{organisation}/contract", { policy: "none" }],
  ["GET", "/contracts"],
  ["POST", "/tickets", CALLER],
  ["POST", "/tickets", { ...CALLER, subject: "" }],
  ["POST", "/tickets", { ...CALLER, contact: { address: "helpdesk@whise.eu" } }],
  ["GET", "/contacts"],
  ["DELETE", "/organisations/{organisation}/domains/agence.example"],
  ["GET", "/tickets?state=all"],
  ["GET", "/tickets?cursor=x"],
  ["GET", "/tickets/counts"],
  ["GET", "/tickets/{ticket}"],
  ["GET", "/tickets/none"],
  ["PATCH", "/tickets/{ticket}", { priority: "high", priorityReason: "Toute l’agence." }],
  ["PATCH", "/tickets/{ticket}", { priority: "high" }],
  ["PATCH", "/tickets/{ticket}", { subject: "a\0" }],
  ["GET", "/tickets/{ticket}/messages"],
  ["POST", "/tickets/{ticket}/messages", { kind: "agent", text: "Bonjour." }],
  ["POST", "/tickets/{ticket}/messages", { kind: "note" }],
  ["GET", "/tickets/{ticket}/events"],
  ["GET", "/tickets/{ticket}/evidence"],
  ["GET", "/tickets/{ticket}/notice"],
  ["GET", "/tickets/{ticket}/clocks?language=nl"],
  ["GET", "/tickets/{ticket}/proof"],
  ["GET", `/tickets/${UNKNOWN}/proof`],
  ["POST", "/proof-examinations", { format: "none" }],
  ["GET", `/tickets/${UNKNOWN}/clocks`],
  ["POST", "/tickets/{ticket}/calls"],
  ["POST", "/tickets/{ticket}/closure", { as: "solved" }],
  ["POST", "/tickets/{ticket}/closure", { as: "solved" }],
  ["DELETE", "/tickets/{ticket}/closure"],
  ["DELETE", "/tickets/{ticket}/closure"],
  ["GET", "/mailboxes"],
  ["GET", "/alerts?language=fr"],
  ["PUT", `/alerts/${UNKNOWN}/seen`],
  ["GET", "/public-holidays?language=fr"],
  ["GET", "/public-holidays/DE?region=BY"],
  ["GET", "/public-holidays/XX"],
  ["GET", "/reports/attainment"],
  ["GET", "/reports/attainment?from=2026-11-31"],
  ["GET", "/reports/attainment.csv"],
  ["GET", "/reports/attainment.pdf?language=nl"],
  ["GET", "/reports/attainment/tickets?outcome=running"],
  ["GET", "/inbound-mails"],
  ["GET", "/inbound-mails/{mail}"],
  ["GET", "/inbound-mails/{mail}/raw"],
  ["POST", "/inbound-mails/{mail}/ticket", {}],
  ["POST", "/inbound-mails/{quarantined}/ticket", {}],
  ["POST", "/inbound-mails/{quarantined}/ticket", { contact: { address: "zoe@agence.example" } }],
  ["GET", "/tickets/{mailed}/messages"],
  ["GET", "/tickets/{mailed}/messages/{message}/html"],
  ["GET", "/tickets/{mailed}/messages/{message}/attachments/0"],
  ["GET", "/tickets/{mailed}/messages/{message}/attachments/9"],
  ["GET", "/outgoing-mails"],
  ["GET", "/outgoing-mails/{outgoing}"],
  ["GET", "/outgoing-mails/{outgoing}/html"],
  ["GET", "/outgoing-mails/{outgoing}/raw"],
  ["POST", "/outgoing-mails/{outgoing}/attempts"],
  ["POST", `/outgoing-mails/${UNKNOWN}/attempts`],
  ["GET", "/failing-addresses"],
  ["GET", "/blocked-senders"],
  ["PUT", "/blocked-senders/spam@elsewhere.example"],
  ["PUT", "/blocked-senders/nobody"],
  ["GET", "/blocked-senders"],
  ["DELETE", "/blocked-senders/spam@elsewhere.example"],
  ["DELETE", "/blocked-senders/spam@elsewhere.example"],
  ["DELETE", "/failing-addresses/lea@agence.example"],
  ["PUT", "/rotas/urgent", ROTA],
  ["PUT", "/rotas/urgent", { ...ROTA, levels: [] }],
  ["PUT", "/rotas/urgent", { ...ROTA, cover: "lost" }],
  ["PUT", "/rotas/other", ROTA],
  ["GET", "/rotas"],
  ["GET", "/duty-settings"],
  ["PUT", "/duty-settings", DUTY_SETTINGS],
  ["PUT", "/duty-settings", { ...DUTY_SETTINGS, repeatMinutes: 0 }],
  ["GET", "/duty"],
  ["GET", "/duty?at=2026-12-25T02:00:00Z"],
  ["GET", "/duty?at=tomorrow"],
  ["GET", "/duty/shifts?from=2026-12-01T00:00:00Z&until=2026-12-20T00:00:00Z"],
  ["GET", "/duty/shifts?from=2026-12-01T00:00:00Z&until=2026-11-20T00:00:00Z"],
  ["GET", "/duty/gaps?from=2026-12-01T00:00:00Z&until=2026-12-20T00:00:00Z"],
  ["POST", "/duty/overrides", { rota: "urgent", agentId: "{agent}", ...STRETCH }],
  ["POST", "/duty/overrides", { rota: "urgent", agentId: "{agent}", ...STRETCH }],
  ["POST", "/duty/overrides", { rota: "none", agentId: "{agent}", ...STRETCH }],
  ["POST", "/duty/overrides", { rota: "urgent", agentId: UNKNOWN, ...STRETCH }],
  ["POST", "/duty/swaps", { rota: "urgent", first: LATER, second: STILL_LATER }],
  ["POST", "/duty/swaps", { rota: "urgent", first: LATER, second: LATER }],
  ["GET", "/duty/overrides"],
  ["DELETE", `/duty/overrides/${UNKNOWN}`],
  ["GET", "/me/push-key"],
  ["POST", "/me/duty-feed"],
  ["POST", "/me/page-channels", { kind: "webhook", label: "SMS", url: "https://sms.agence.example/" }],
  ["POST", "/me/page-channels", { kind: "webhook", label: "SMS", url: "https://127.0.0.1/" }],
  ["POST", "/me/page-channels", { kind: "email", label: "Home", address: "me@home.example" }],
  ["GET", "/me/page-channels"],
  ["POST", `/me/page-channels/${UNKNOWN}/trials`],
  ["DELETE", `/me/page-channels/${UNKNOWN}`],
  ["GET", "/tickets/{mailed}/triage?language=nl"],
  ["GET", `/tickets/${UNKNOWN}/triage`],
  ["GET", "/tickets?state=to-classify"],
  ["POST", "/tickets/{mailed}/classification"],
  ["GET", "/triage-questions?language=fr"],
  ["POST", "/triage-questions/answers", { stopped: "stopped", around: "no" }],
  ["GET", "/triage-table"],
  ["PUT", "/triage-table", TRIAGE_TABLE],
  ["PUT", "/triage-table", { ...TRIAGE_TABLE, wish: "none" }],
  ["GET", "/desks/whise/stopped/{number}/{signature}"],
  ["GET", "/desks/whise/stopped/{number}/forged"],
  ["POST", "/desks/whise/stopped/{number}/{signature}", { stopped: "stopped", around: "no" }],
  ["POST", "/incidents", { title: { fr: "Panne" }, ticketIds: ["{mailed}"] }],
  ["POST", "/incidents", { title: { fr: "" } }],
  ["GET", "/incidents"],
  ["GET", "/incidents/{incident}"],
  ["GET", `/incidents/${UNKNOWN}`],
  ["PUT", "/incidents/{incident}/tickets/{urgent}"],
  ["DELETE", "/incidents/{incident}/tickets/{urgent}"],
  ["POST", "/incidents/{incident}/updates", { text: { fr: "Nous cherchons." } }],
  ["POST", "/incidents/{incident}/replies", { text: { fr: "Nous cherchons." } }],
  ["POST", "/desks/whise/incidents/{incident}/me-too", { address: "moi@agence.example" }],
  ["POST", "/desks/whise/incidents/{incident}/me-too", { address: "nobody" }],
  ["POST", `/desks/whise/incidents/${UNKNOWN}/me-too`, { address: "moi@agence.example" }],
  ["POST", "/incidents/{incident}/acceptance", { title: { fr: "Panne" } }],
  ["DELETE", "/incidents/{incident}"],
  ...WRITING_CALLS,
  ["POST", "/incidents/{incident}/resolution", { text: { fr: "C’est réglé." }, closes: true, replies: false }],
  ["POST", "/incidents/{incident}/resolution", { text: { fr: "C’est réglé." }, closes: true, replies: false }],
  ["GET", "/desks/whise/incidents?language=nl"],
  ["GET", "/desks/none/incidents"],
  ["GET", "/call-outs?running=true"],
  ["GET", "/call-outs/{callOut}"],
  ["GET", `/call-outs/${UNKNOWN}`],
  ["GET", "/desks/whise/pages/{token}"],
  ["GET", "/desks/whise/pages/none"],
  ["GET", "/desks/whise/pages/{token}/colleagues"],
  ["POST", "/desks/whise/pages/{token}/acknowledgement"],
  ["POST", "/desks/whise/pages/{token}/acknowledgement"],
  ["PUT", "/desks/whise/pages/{token}/holder", {}],
  ["POST", "/desks/whise/pages/{token}/calls", { ticketId: "{urgent}" }],
  ["POST", "/desks/whise/pages/{token}/calls", { ticketId: UNKNOWN }],
  ["POST", "/call-outs/{callOut}/acknowledgement"],
  ["PUT", "/call-outs/{callOut}/holder", { agentId: "{agent}" }],
  ["PUT", "/call-outs/{callOut}/holder", { agentId: UNKNOWN }],
  ["GET", "/desks/whise/duty-feeds/none"],
  ["DELETE", "/rotas/urgent"],
  ["DELETE", "/rotas/urgent"],
  ["POST", "/tickets/{mailed}/notices", { address: "zoe@elsewhere.example" }],
  ["GET", "/brand"],
  ["PATCH", "/brand", { accent: "#123456" }],
  ["PATCH", "/brand", { accent: "blue" }],
  ["PUT", "/brand/logo"],
  ["GET", "/site-pages"],
  ["PUT", "/site-pages/help/fr", { title: "Aide", body: "Écrivez-nous." }],
  ["PUT", "/site-pages/help/de", { title: "Hilfe", body: "" }],
  ["DELETE", "/site-pages/help/fr"],
  ["DELETE", "/site-pages/help/fr"],
  ["GET", "/desks/whise/site?language=nl"],
  ["GET", "/desks/none/site"],
  ["GET", "/desks/whise/brand.css"],
  ["GET", "/desks/whise/logo"],
  ["GET", "/desks/whise/texts/privacy"],
  ["GET", "/desks/whise/form?language=nl"],
  ["GET", "/desks/whise/form?language=xx"],
  ["POST", "/desks/whise/requests", { ...FORM, email: "nobody" }],
  ["POST", "/desks/whise/requests", FORM],
  ["GET", "/desks/whise/requests/{number}/forged"],
  ["PUT", "/desks/whise/requests/{number}/forged/shown/forged"],
  ["POST", "/desks/whise/customer-sign-ins", { email: "lea@agence.example", language: "nl", next: "/nl/suggestions" }],
  ["POST", "/desks/whise/customer-sign-ins", { email: "lea@agence.example", next: "//elsewhere.example" }],
  ["POST", "/desks/whise/customer-sign-ins", { email: "nobody" }],
  ["POST", "/desks/none/customer-sign-ins", { email: "lea@agence.example" }],
  ["POST", "/desks/whise/customer-sessions", { token: "none" }],
  ["POST", "/desks/whise/customer-sessions", { token: "{link}" }],
  ["POST", "/desks/none/customer-sessions", { request: "none", code: "1234 5678" }],
  ["GET", "/my"],
  ...PORTAL_CALLS,
  ["PATCH", "/my", { name: "Léa", language: "nl" }],
  ["PATCH", "/my", { language: "xx" }],
  ["DELETE", "/my/sessions"],
  ["DELETE", "/my/session"],
  ["DELETE", "/sessions/current"],
];

test("what the routes answer is what the document says", async () => {
  const [agent, customer] = [await service.tokenOf("admin"), await service.customerTokenOf("zoe@elsewhere.example")];
  const ids = await prepare();
  for (const [method, template, body] of CALLS) {
    const filled = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => ids.get(name) ?? name);
    const path = filled(template);
    const sent: unknown = body === undefined ? undefined : JSON.parse(filled(JSON.stringify(body)));
    const as = path.startsWith("/my") ? customer : agent;
    const headers: Record<string, string> = /\/requests$|^\/my\/.*\/messages$/.test(path) ? KEY : {};
    const answer = await service.call(method, path, { as, headers, ...(sent !== undefined && { body: sent }) });
    const { id } = (answer.body ?? {}) as { id?: string };
    if (method === "POST" && answer.status === 201 && id && !/^\/(me|duty|desks)/.test(path))
      ids.set(/^\/(organisation|incident|upload)s/.exec(path)?.[1] ?? "ticket", id);
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
  const { items } = (await service.call("GET", `/outgoing-mails?ticketId=${mailed}`)).body;
  const { text } = (await service.call("GET", `/outgoing-mails/${items[0].id}`)).body;
  const [, number, signature] = /\/stopped\/whise\/(\d+)\/(\w+)/.exec(text)!;
  const link = await askForLink();
  const called = { ...(await callSomebody()), number, signature, link };
  return new Map(Object.entries({ mail, quarantined, mailed, message: message.id, outgoing: outgoing.id, ...called }));
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
