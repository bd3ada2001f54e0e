import { join } from "node:path";
import { type DeskId, lookUp, putBlob, testDatabase, type TestDatabase } from "@permanence/database";
import { fromIso, newId, seededRandom, VirtualClock, type World } from "@permanence/kernel";
import { type MailReader, openMailReader, openSanitiser, type Sanitiser } from "@permanence/mail";
import { addAgent, applyDesk, issueCredential, readDeskFolder } from "@permanence/people";
import { openInboundMailReading, TEMPLATES } from "@permanence/tickets";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildApi } from "./api.ts";
import { openLiveEvents } from "./live-events.ts";

const clock = new VirtualClock(fromIso("2026-11-23T13:02:01Z")!);
const world: World = { clock, random: seededRandom("api") };
const EXAMPLE = join(import.meta.dirname, "../../examples/whise");

let database: TestDatabase;
let sanitiser: Sanitiser;
let reader: MailReader;
let events: Awaited<ReturnType<typeof openLiveEvents>>;
let api: ReturnType<typeof buildApi>;
let token: string;
let otherToken: string;

beforeAll(async () => {
  database = await testDatabase();
  const { db } = database;
  events = await openLiveEvents(db);
  sanitiser = openSanitiser({ log: () => {} });
  reader = openMailReader();
  api = buildApi({
    db,
    world,
    events,
    sanitiser,
    reader,
    outgoing: "mailroom",
    caps: true,
    publicUrl: () => "http://desk.example",
    log: () => {},
    heartbeatMs: 100,
  });
  const files = (await readDeskFolder(EXAMPLE))!;
  token = await tokenOf(await desk(files.deskYaml));
  otherToken = await tokenOf(
    await desk(
      files.deskYaml.replace("slug: whise", "slug: other").replaceAll("helpdesk@whise.eu", "aide@other.example"),
    ),
  );

  async function desk(deskYaml: string) {
    const applied = await applyDesk(db, world, { ...files, deskYaml }, TEMPLATES);
    if ("errors" in applied) throw new Error(JSON.stringify(applied.errors));
    return applied.deskId;
  }
  async function tokenOf(deskId: DeskId) {
    return db.transaction(deskId, async (tx) => {
      const agent = await addAgent(tx, world, deskId, {
        email: "an@desk.example",
        name: "An Peeters",
        role: "agent",
        language: "fr",
      });
      return issueCredential(tx, world, deskId, { agentId: agent!.id, kind: "api", label: "test", lifetimeMs: null });
    });
  }
});
afterAll(async () => {
  await events?.close();
  await sanitiser?.close();
  await reader?.close();
  await database?.close();
});

async function call(
  method: string,
  path: string,
  options: { body?: unknown; headers?: Record<string, string>; as?: string | null } = {},
) {
  const { body, headers, as = token } = options;
  const response = await api.request(`/api/v1${path}`, {
    method,
    headers: {
      ...(as === null ? {} : { authorization: `Bearer ${as}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
}

const CALLER = {
  contact: { address: "lea@agence.example", name: "Léa" },
  subject: "Plus de connexion",
  text: "Elle ne peut plus entrer.",
};

async function openTicket(wanted: object = {}) {
  const { body } = await call("POST", "/tickets", { body: { ...CALLER, ...wanted } });
  return body;
}

test("without a token nobody learns anything, and an unknown address is not there", async () => {
  expect(await call("GET", "/tickets", { as: null })).toMatchObject({ status: 401, body: { title: "Not signed in" } });
  expect((await call("GET", "/tickets", { as: "x".repeat(32) })).status).toBe(401);
  expect((await call("GET", "/nowhere")).status).toBe(404);
  expect((await call("GET", "/health", { as: null })).body).toEqual({ status: "ok" });
});

test("a ticket opened on the phone stands in the queue, with its clock and its notice", async () => {
  const opened = await call("POST", "/tickets", { body: CALLER });
  expect(opened.status).toBe(201);
  expect(opened.body).toMatchObject({
    state: "new",
    priority: "normal",
    clocks: [{ target: "response", outcome: "running" }],
  });
  const listed = await call("GET", "/tickets");
  expect(listed.body.items.map((ticket: { id: string }) => ticket.id)).toContain(opened.body.id);
  const mails = await call("GET", `/outgoing-mails?ticketId=${opened.body.id}`);
  expect(mails.body.items).toMatchObject([{ purpose: "notice", to: "lea@agence.example", state: "queued" }]);
});

test("told on the phone is a receipt: the clock is met at once", async () => {
  const ticket = await openTicket({ displayedByPhone: true });
  expect(ticket.clocks[0]).toMatchObject({ outcome: "met", receipt: "displayed" });
  const evidence = await call("GET", `/tickets/${ticket.id}/evidence`);
  expect(evidence.body.items).toMatchObject([{ rung: "displayed", source: "call" }]);
});

test("a call that is logged later is a receipt too", async () => {
  const ticket = await openTicket();
  expect(ticket.notice).toEqual({ rung: "queued", failed: false });
  const called = await call("POST", `/tickets/${ticket.id}/calls`);
  expect(called).toMatchObject({ status: 201, body: { notice: { rung: "displayed", failed: false } } });
  expect(called.body.clocks[0]).toMatchObject({ outcome: "met", receipt: "displayed" });
  expect((await call("POST", `/tickets/${ticket.id}/calls`, { as: otherToken })).status).toBe(404);
  const stale = { headers: { "if-match": '"1"' } };
  expect((await call("POST", `/tickets/${ticket.id}/calls`, stale)).status).toBe(412);
});

test("what stands at the door is open to all, and names the desk where there are several", async () => {
  expect((await call("GET", "/desk", { as: null })).status).toBe(404);
  expect((await call("GET", "/desk?desk=whise", { as: null })).body).toEqual({
    ...{ name: "Whise Helpdesk", languages: ["fr", "nl", "en"], mailboxes: ["helpdesk@whise.eu"], relay: "mailroom" },
  });
});

test("what another desk has is not there, for each way to it", async () => {
  const { id } = await openTicket();
  for (const path of ["", "/notice", "/messages", "/events", "/evidence"]) {
    expect((await call("GET", `/tickets/${id}${path}`, { as: otherToken })).status).toBe(404);
  }
  expect((await call("PATCH", `/tickets/${id}`, { as: otherToken, body: { subject: "x" } })).status).toBe(404);
  expect((await call("POST", `/tickets/${id}/closure`, { as: otherToken, body: { as: "solved" } })).status).toBe(404);
  expect((await call("GET", "/tickets?state=all", { as: otherToken })).body.items).toEqual([]);
});

test("of two who change one version, the second is told and nothing of theirs is saved", async () => {
  const { id } = await openTicket();
  const etag = (await call("GET", `/tickets/${id}`)).headers.get("etag")!;
  const first = await call("PATCH", `/tickets/${id}`, {
    body: { subject: "Le premier" },
    headers: { "if-match": etag },
  });
  const second = await call("PATCH", `/tickets/${id}`, {
    body: { subject: "Le second" },
    headers: { "if-match": etag },
  });
  expect([first.status, second.status]).toEqual([200, 412]);
  expect((await call("GET", `/tickets/${id}`)).body.subject).toBe("Le premier");
});

test("a priority stands with its reason, sets the target anew and tells the customer", async () => {
  const ticket = await openTicket();
  expect((await call("PATCH", `/tickets/${ticket.id}`, { body: { priority: "high" } })).status).toBe(422);
  const changed = await call("PATCH", `/tickets/${ticket.id}`, {
    body: { priority: "high", priorityReason: "Toute l’agence est touchée." },
  });
  const [clockBefore, clockAfter] = [ticket.clocks[0], changed.body.clocks[0]];
  expect(Date.parse(clockBefore.dueAt) - Date.parse(clockAfter.dueAt)).toBe(20 * 3_600_000);
  const mails = await call("GET", `/outgoing-mails?ticketId=${ticket.id}`);
  expect(mails.body.items).toHaveLength(2);
  const told = await Promise.all(
    mails.body.items.map(({ id }: { id: string }) => call("GET", `/outgoing-mails/${id}`)),
  );
  expect(told.filter(({ body }) => body.text.includes("Motif : Toute l’agence est touchée."))).toHaveLength(1);
});

test("not a request, and taken back: void, then running from the first start", async () => {
  const ticket = await openTicket();
  const closed = await call("POST", `/tickets/${ticket.id}/closure`, { body: { as: "not-a-request" } });
  expect(closed).toMatchObject({
    status: 201,
    body: { state: "closed", closedAs: "not-a-request", clocks: [{ outcome: "void" }] },
  });
  expect((await call("POST", `/tickets/${ticket.id}/closure`, { body: { as: "solved" } })).status).toBe(409);
  const undone = await call("DELETE", `/tickets/${ticket.id}/closure`);
  expect(undone).toMatchObject({
    status: 200,
    body: { state: "new", clocks: [{ outcome: "running", dueAt: ticket.clocks[0].dueAt }] },
  });
});

test("a reply goes out once for one Idempotency-Key, and sets waiting; a note goes nowhere", async () => {
  const { id } = await openTicket();
  const headers = { "idempotency-key": "k1" };
  const reply = { kind: "agent", text: "Bonjour Léa, essayez à nouveau." };
  const [once, twice] = [
    await call("POST", `/tickets/${id}/messages`, { body: reply, headers }),
    await call("POST", `/tickets/${id}/messages`, { body: reply, headers }),
  ];
  expect(once.status).toBe(201);
  expect(twice.body).toEqual(once.body);
  clock.advance(1);
  await call("POST", `/tickets/${id}/messages`, { body: { kind: "note", text: "Elle est pressée." } });
  expect(
    (await call("GET", `/tickets/${id}/messages`)).body.items.map((message: { kind: string }) => message.kind),
  ).toEqual(["customer", "agent", "note"]);
  const mails = await call("GET", `/outgoing-mails?ticketId=${id}`);
  expect(mails.body.items.map((mail: { purpose: string }) => mail.purpose).toSorted()).toEqual(["notice", "reply"]);
  expect((await call("GET", `/tickets/${id}`)).body.state).toBe("waiting");
});

test("a list comes in pages that together are the whole, in the order of what is due first", async () => {
  for (let i = 0; i < 5; i++) await openTicket({ priority: i % 2 === 0 ? "urgent" : "low" });
  const seen: { id: string; clocks: { dueAt: string }[] }[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: { items: typeof seen; next: string | null } = (
      await call("GET", `/tickets?limit=3${cursor && `&cursor=${cursor}`}`)
    ).body;
    seen.push(...page.items);
    cursor = page.next;
  }
  const all = (await call("GET", "/tickets?limit=200")).body.items;
  expect(seen.map(({ id }) => id)).toEqual(all.map(({ id }: { id: string }) => id));
  expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
});

test("the views are counted, and what waits for a decision", async () => {
  const counts = await call("GET", "/tickets/counts");
  expect(Object.keys(counts.body).toSorted()).toEqual(
    ["breached", "closed", "dueSoon", "held", "new", "onHold", "open", "quarantined", "waiting"].toSorted(),
  );
});

test("what is wrong in a request is said with its place, and nothing is saved", async () => {
  const wrong = await call("POST", "/tickets", { body: { ...CALLER, contact: { address: "nobody" }, subject: " " } });
  expect(wrong.status).toBe(400);
  expect(wrong.headers.get("content-type")).toContain("application/problem+json");
  expect(wrong.body.errors.map((error: { place: string }) => error.place)).toEqual([
    "json.contact.address",
    "json.subject",
  ]);
  expect((await call("GET", "/tickets?cursor=nonsense")).status).toBe(400);
  expect((await call("GET", "/tickets/not-a-uuid")).status).toBe(404);
  expect(
    (await call("POST", "/tickets", { body: { ...CALLER, contact: { address: "helpdesk@whise.eu" } } })).status,
  ).toBe(422);
});

test("a change from another site's page is refused, even with a good cookie", async () => {
  const { id } = await openTicket();
  const cookie = `permanence_session=${token}`;
  const from = (headers: Record<string, string>) =>
    call("POST", `/tickets/${id}/messages`, {
      as: null,
      body: { kind: "note", text: "x" },
      headers: { cookie, host: "desk.example", ...headers },
    });
  expect((await from({ "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await from({ origin: "https://evil.example" })).status).toBe(403);
  expect((await from({ "sec-fetch-site": "same-origin" })).status).toBe(201);
});

test("HTML mail is shown harmless, its own pictures in it, the second time from memory", async () => {
  const { id, messageId } = await receiveHtml();
  const show = () =>
    api.request(`/api/v1/tickets/${id}/messages/${messageId}/html`, { headers: { authorization: `Bearer ${token}` } });
  const [once, twice] = [await show(), await show()];
  const page = await once.text();
  expect(once.headers.get("content-security-policy")).toContain("sandbox");
  expect(once.headers.get("x-blocked-remote")).toBe("1");
  expect(page).toContain(`data:image/png;base64,${PIXEL}`);
  expect(page).not.toMatch(/<script|onerror|tracker\.example/);
  expect(await twice.text()).toBe(page);
});

test("changes are told live, to those who watch this desk", async () => {
  const { id } = await openTicket();
  const abort = new AbortController();
  const stream = await api.request("/api/v1/events", {
    headers: { authorization: `Bearer ${token}` },
    signal: abort.signal,
  });
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  await reader.read(); // The stream has begun.
  await call("PATCH", `/tickets/${id}`, { body: { subject: "Nouveau sujet" } });
  let heard = "";
  while (!heard.includes(id)) heard += (await reader.read()).value;
  expect(heard).toContain("event: change");
  abort.abort();
});

test("live events end at the heartbeat after the sign-out, and not before", async () => {
  const deskId = (await lookUp(database.db, "mailbox", "helpdesk@whise.eu"))!;
  const session = await database.db.transaction(deskId, async (tx) => {
    const wanted = { email: "leaver@desk.example", name: "Bo", role: "agent", language: "fr" } as const;
    const agent = (await addAgent(tx, world, deskId, wanted))!;
    const lifetimeMs = 3_600_000;
    return issueCredential(tx, world, deskId, { agentId: agent.id, kind: "session", label: "test", lifetimeMs });
  });
  const cookie = `permanence_session=${session}`;
  const stream = await api.request("/api/v1/events", { headers: { cookie } });
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  let heard = "";
  while (heard.split("still here").length < 3) heard += (await reader.read()).value;
  expect((await call("DELETE", "/sessions/current", { as: session })).status).toBe(204);
  let isDone = false;
  while (!isDone) isDone = (await reader.read()).done;
});

test("the document describes every route that answers", async () => {
  const document = (await call("GET", "/openapi.json", { as: null })).body;
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining([
      "/api/v1/tickets",
      "/api/v1/tickets/{id}/messages",
      "/api/v1/inbound-mails/{id}/raw",
      "/api/v1/outgoing-mails",
    ]),
  );
});

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const HTML_MAIL = `From: Zoe <zoe@agence.example>
To: helpdesk@whise.eu
Subject: Capture
Message-ID: <html-1@agence.example>
MIME-Version: 1.0
Content-Type: multipart/related; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p onclick="x()">Voyez <img src="cid:shot@agence"> <img src="https://tracker.example/p.gif" onerror="x()"><script>x()</script></p>
--b
Content-Type: image/png; name=shot.png
Content-Transfer-Encoding: base64
Content-ID: <shot@agence>

${PIXEL}
--b--
`;

/** The mail as SMTP keeps it, read to its end. */
async function receiveHtml(): Promise<{ id: string; messageId: string }> {
  const { db } = database;
  const deskId = (await lookUp(db, "desk", "whise"))!;
  const bytes = Buffer.from(HTML_MAIL.replaceAll("\n", "\r\n"));
  const inboundMailId = newId(world);
  await db.transaction(deskId, async (tx) => {
    const { mailbox_id } = await tx.selectFrom("mailbox").select("mailbox_id").executeTakeFirstOrThrow();
    const keys = { desk_id: deskId, inbound_mail_id: inboundMailId, mailbox_id };
    const envelope = {
      envelope_from: "zoe@agence.example",
      envelope_to: ["helpdesk@whise.eu"],
      remote_ip: "127.0.0.1",
    };
    const sha256 = putBlob(tx, deskId, bytes);
    await tx
      .insertInto("inbound_mail")
      .values({ ...keys, ...envelope, received_at: clock.now(), size_bytes: bytes.length, sha256 })
      .execute();
  });
  await openInboundMailReading({ db, world, reader, caps: true })({ deskId, inboundMailId, sizeBytes: bytes.length });
  const { items } = (await call("GET", "/tickets?q=Capture")).body;
  const messages = (await call("GET", `/tickets/${items[0].id}/messages`)).body.items;
  return { id: items[0].id, messageId: messages[0].id };
}
