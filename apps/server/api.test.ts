import { lookUp } from "@permanence/database";
import { addAgent, issueCredential } from "@permanence/people";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

let service: TestApi;
let token: string;
let otherToken: string;
const call: TestApi["call"] = (...options) => service.call(...options);

beforeAll(async () => {
  service = await openTestApi("api");
  ({ token, otherToken } = service);
});
afterAll(() => service?.close());

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
    clocks: expect.arrayContaining([expect.objectContaining({ target: "response", outcome: "running" })]),
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
    ...{
      slug: "whise",
      name: "Whise Helpdesk",
      languages: ["fr", "nl", "en"],
      mailboxes: ["helpdesk@whise.eu"],
      relay: "mailroom",
    },
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
    body: {
      state: "closed",
      closedAs: "not-a-request",
      clocks: expect.arrayContaining([expect.objectContaining({ outcome: "void" })]),
    },
  });
  expect((await call("POST", `/tickets/${ticket.id}/closure`, { body: { as: "solved" } })).status).toBe(409);
  const undone = await call("DELETE", `/tickets/${ticket.id}/closure`);
  expect(undone).toMatchObject({
    status: 200,
    body: {
      state: "new",
      clocks: expect.arrayContaining([expect.objectContaining({ outcome: "running", dueAt: ticket.clocks[0].dueAt })]),
    },
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
  service.clock.advance(1);
  await call("POST", `/tickets/${id}/messages`, { body: { kind: "note", text: "Elle est pressée." } });
  expect(
    (await call("GET", `/tickets/${id}/messages`)).body.items.map((message: { kind: string }) => message.kind),
  ).toEqual(["customer", "agent", "note"]);
  const mails = await call("GET", `/outgoing-mails?ticketId=${id}`);
  expect(mails.body.items.map((mail: { purpose: string }) => mail.purpose).toSorted()).toEqual(["notice", "reply"]);
  expect((await call("GET", `/tickets/${id}`)).body.state).toBe("waiting");
});

test("another message under the same Idempotency-Key is refused, and not lost without a word", async () => {
  const { id } = await openTicket();
  const add = (body: object) => call("POST", `/tickets/${id}/messages`, { body, headers: { "idempotency-key": "k" } });
  const note = { kind: "note", text: "Elle est pressée." };
  expect((await add(note)).status).toBe(201);
  expect((await add({ ...note, text: " Elle est pressée. " })).status).toBe(201); // The same once trimmed.
  for (const other of [{ text: "Elle a le temps." }, { kind: "agent" }, { state: "open" }]) {
    const refused = await add({ ...note, ...other });
    expect(refused).toMatchObject({ status: 422, body: { title: "Another message under this key" } });
  }
  expect((await call("GET", `/tickets/${id}/messages`)).body.items).toHaveLength(2);
});

test("of two who send under one key at the same time, one is told", async () => {
  const { id } = await openTicket();
  const add = (text: string) =>
    call("POST", `/tickets/${id}/messages`, { body: { kind: "note", text }, headers: { "idempotency-key": "k" } });
  const answers = await Promise.all([add("un"), add("un"), add("deux"), add("deux")]);
  const tally = Object.groupBy(answers, ({ status }) => status);
  expect([tally[201]?.length, tally[422]?.length]).toEqual([2, 2]);
  expect((await call("GET", `/tickets/${id}/messages`)).body.items).toHaveLength(2);
});

test("what happened is told with instants as everywhere else", async () => {
  const { id, receivedAt } = await openTicket();
  const { items } = (await call("GET", `/tickets/${id}/events`)).body;
  expect(items[0]).toMatchObject({ type: "registered", data: { receivedAt } });
  expect(JSON.stringify(items)).not.toMatch(/[:,[]\d{13}\b/); // A number: digests have digits too.
});

test("a notice is sent once more to an address of the customer's, and to nobody else", async () => {
  const { id } = await openTicket();
  const { contact } = (await call("GET", `/tickets/${id}`)).body;
  expect((await call("GET", `/tickets/${id}/notice`)).body.addresses).toEqual([
    { address: contact.address, isFailing: false },
  ]);
  const again = (address: string) => call("POST", `/tickets/${id}/notices`, { body: { address } });
  expect((await again("somebody@elsewhere.example")).status).toBe(422);
  expect((await again(contact.address.toUpperCase())).status).toBe(201);
  const { items } = (await call("GET", `/outgoing-mails?ticketId=${id}`)).body;
  expect(items.map((mail: { to: string }) => mail.to)).toEqual([contact.address, contact.address]);
});

test("an address answers other methods with those that it knows", async () => {
  const { id } = await openTicket();
  const wrong = await call("PUT", `/tickets/${id}`, { body: {} });
  expect(wrong).toMatchObject({ status: 405, body: { status: 405 } });
  expect(wrong.headers.get("allow")).toBe("GET, HEAD, PATCH");
  expect((await call("DELETE", "/tickets")).headers.get("allow")).toBe("GET, HEAD, POST");
  expect((await call("POST", "/openapi.json", { as: null })).status).toBe(401);
  expect((await call("POST", "/nowhere")).status).toBe(404);
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
    [
      "alerts",
      "breached",
      "closed",
      "dueSoon",
      "held",
      "new",
      "onHold",
      "open",
      "quarantined",
      "toClassify",
      "waiting",
    ].toSorted(),
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

const CHUNKED = { "content-type": "application/json", "transfer-encoding": "chunked" };

test("a body that is longer than any of its kind is refused before it is read, announced or not", async () => {
  const chunk = new Uint8Array(500_000).fill(0x20);
  let given = 0;
  const endless = () =>
    new ReadableStream(
      {
        pull(stream) {
          given++;
          stream.enqueue(chunk);
        },
      },
      { highWaterMark: 0 },
    );
  for (const [path, mostChunks] of [
    ["/sign-in-links", 6],
    ["/proof-examinations", 62],
  ] as const) {
    given = 0;
    const init = { method: "POST", headers: CHUNKED, body: endless(), duplex: "half" };
    const response = await service.api.request(`/api/v1${path}`, init);
    expect([path, response.status, given <= mostChunks]).toEqual([path, 413, true]);
    expect(await response.json()).toMatchObject({ title: "Too large", detail: expect.stringContaining("MB at most") });
  }
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
    service.api.request(`/api/v1/tickets/${id}/messages/${messageId}/html`, {
      headers: { authorization: `Bearer ${token}` },
    });
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
  const stream = await service.api.request("/api/v1/events", {
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
  const deskId = (await lookUp(service.db, "mailbox", "helpdesk@whise.eu"))!;
  const session = await service.db.transaction(deskId, async (tx) => {
    const wanted = { email: "leaver@desk.example", name: "Bo", role: "agent", language: "fr" } as const;
    const agent = (await addAgent(tx, service.world, deskId, wanted))!;
    const lifetimeMs = 3_600_000;
    return issueCredential(tx, service.world, deskId, {
      agentId: agent.id,
      kind: "session",
      label: "test",
      lifetimeMs,
    });
  });
  const cookie = `permanence_session=${session}`;
  const stream = await service.api.request("/api/v1/events", { headers: { cookie } });
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  let heard = "";
  while (heard.split("still here").length < 3) heard += (await reader.read()).value;
  expect((await call("DELETE", "/sessions/current", { as: session })).status).toBe(204);
  let isDone = false;
  while (!isDone) isDone = (await reader.read()).done;
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

async function receiveHtml(): Promise<{ id: string; messageId: string }> {
  const { ticketId: id } = (await call("GET", `/inbound-mails/${await service.receive(HTML_MAIL)}`)).body;
  const messages = (await call("GET", `/tickets/${id}/messages`)).body.items;
  return { id, messageId: messages[0].id };
}
