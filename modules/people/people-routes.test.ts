import { type DeskId, testDatabase, type TestDatabase } from "@permanence/database";
import { writeDueEntries } from "@permanence/search";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { markAddress } from "./address-failures.ts";
import { addAgent, type Agent } from "./agent-store.ts";
import { apiRouter } from "./api.ts";
import { findOrMakeContact } from "./contact-store.ts";
import { authenticate, issueCredential, MAILED_LINK_MS } from "./credential-store.ts";
import { peopleRoutes } from "./people-routes.ts";
import { contactEntries, organisationEntries } from "./people-search-sources.ts";
import { applyTestDesk, OTHER_DESK_YAML, testWorld } from "./test-desk.ts";

let database: TestDatabase;
let desk: DeskId;
let anne: Agent;
let token: string;
let mailed: { to: string; link: string }[];
const world = testWorld("routes");
beforeAll(async () => {
  database = await testDatabase();
  desk = await applyTestDesk(database.db);
  anne = await newAgent("Anne");
  token = await database.db.transaction(desk, (tx) =>
    issueCredential(tx, world, desk, { agentId: anne.id, kind: "api", label: "test", lifetimeMs: null }),
  );
});
beforeEach(() => void (mailed = []));
afterAll(() => database.close());

/** The routes as apps/server mounts them, but for what guards cookies. */
function api() {
  const routes = apiRouter();
  routes.use(async (c, next) => {
    c.set("db", database.db);
    c.set("world", world);
    const bearer = c.req.header("authorization")?.slice("Bearer ".length);
    const session = bearer === undefined ? null : await authenticate(database.db, world, bearer);
    if (session !== null) c.set("session", session);
    await next();
  });
  const options = {
    outgoing: "mailroom",
    publicUrl: () => "https://desk.example",
    async sendSignInLink(_tx: unknown, _world: unknown, _desk: unknown, mail: { agent: Agent; link: string }) {
      mailed.push({ to: mail.agent.email, link: mail.link });
    },
    async sendCustomerSignIn() {},
    async sendInvitation() {},
    secretKey: "a key for tests",
  } as const;
  return routes.route("/", peopleRoutes(options));
}

async function call(method: string, path: string, body?: unknown, bearer: string | null = token, more = {}) {
  const headers = {
    ...more,
    ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
    ...(body !== undefined && { "content-type": "application/json" }),
  };
  const response = await api().request(path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
}

/** As the server's sweep does. */
async function makeFindable(): Promise<void> {
  const [contact, organisation] = [{ source: contactEntries }, { source: organisationEntries }];
  await writeDueEntries(database.db, desk, { contact, organisation, ticket: contact }, world.clock.now());
}

async function newAgent(name: string): Promise<Agent> {
  const agent = { email: `${name.toLowerCase()}@agence.be`, name, role: "agent", language: "fr" } as const;
  return (await database.db.transaction(desk, (tx) => addAgent(tx, world, desk, agent)))!;
}

test("who asks learns who they are, at which desk", async () => {
  expect((await call("GET", "/me")).body).toEqual({
    agent: anne,
    desk: {
      id: desk,
      slug: "agence",
      name: "Agence",
      languages: ["fr", "nl"],
      timeZone: "Europe/Brussels",
      accent: null,
      mailboxes: ["help@agence.be"],
    },
    relay: "mailroom",
    now: "2026-12-24T16:30:00.000Z",
  });
});

test("an agent chooses the language of the pages, of those that there are", async () => {
  expect((await call("PATCH", "/me", { language: "nl" })).body).toEqual({ ...anne, language: "nl" });
  expect((await call("GET", "/me")).body.agent.language).toBe("nl");
  const refused = await call("PATCH", "/me", { language: "de" });
  expect(refused.status).toBe(400);
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
  expect(refused.body).toMatchObject({ type: "about:blank", status: 400, errors: [{ place: "json.language" }] });
  await call("PATCH", "/me", { language: "fr" });
});

test("a body that is no JSON, or not said to be, is a problem too", async () => {
  const send = (body: string, type: string) =>
    api().request("/me", {
      method: "PATCH",
      body,
      headers: { authorization: `Bearer ${token}`, "content-type": type },
    });
  for (const [body, type, status] of [
    ["{", "application/json", 400],
    ["language=nl", "text/plain", 415],
  ] as const) {
    const response = await send(body, type);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  }
});

test("a link that was asked for by mail signs in, once, with a cookie that scripts cannot read", async () => {
  expect((await call("POST", "/sign-in-links", { email: " Anne@Agence.be" }, null)).status).toBe(202);
  expect(mailed).toEqual([
    { to: "anne@agence.be", link: expect.stringMatching(/^https:\/\/desk\.example\/sign-in\?token=\w+$/) },
  ]);
  const linkToken = mailed[0]!.link.split("=")[1]!;
  const signedIn = await call("POST", "/sessions", { token: linkToken }, null);
  expect(signedIn).toMatchObject({ status: 201, body: anne });
  const cookie = signedIn.headers.get("set-cookie")!;
  for (const part of ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=1209600"])
    expect(cookie).toContain(part);

  const session = /permanence_session=(\w+)/.exec(cookie)![1]!;
  expect((await call("GET", "/me", undefined, session)).body.agent).toEqual(anne);
  expect((await call("POST", "/sessions", { token: linkToken }, null)).status).toBe(401);

  const signedOut = await call("DELETE", "/sessions/current", undefined, session);
  expect(signedOut.status).toBe(204);
  expect(signedOut.headers.get("set-cookie")).toMatch(/^permanence_session=;.*Max-Age=0/);
  expect(await authenticate(database.db, world, session)).toBeNull();
});

test("a mailed link is good for fifteen minutes", async () => {
  await call("POST", "/sign-in-links", { email: "anne@agence.be" }, null);
  world.clock.advance(MAILED_LINK_MS);
  expect((await call("POST", "/sessions", { token: mailed[0]!.link.split("=")[1] }, null)).status).toBe(401);
});

test("whoever asks for a link is answered the same, and nobody's mailbox is filled with them", async () => {
  const { email } = await newAgent("Zoe");
  for (const asked of ["nobody@agence.be", "no address", email, email, email, email, email, email, email]) {
    expect((await call("POST", "/sign-in-links", { email: asked }, null)).status).toBe(202);
  }
  expect(mailed).toHaveLength(5);
  world.clock.advance(3_600_000);
  await call("POST", "/sign-in-links", { email }, null);
  expect(mailed).toHaveLength(6);
});

test("agents are listed by name, page by page", async () => {
  const [bob, carl] = [await newAgent("Bob"), await newAgent("Carl")];
  const first = await call("GET", "/agents?limit=2");
  expect(first.body.items).toEqual([anne, bob]);
  const second = await call("GET", `/agents?limit=2&cursor=${first.body.next}`);
  expect(second.body.items[0]).toEqual(carl);
  for (const query of ["cursor=abc", "limit=0", "limit=201", "limit=x"]) {
    expect((await call("GET", `/agents?${query}`)).status).toBe(400);
  }
});

test("organisations are added, found, and given domains", async () => {
  const added = await call("POST", "/organisations", { name: " Immo 100% " });
  expect(added).toMatchObject({ status: 201, body: { name: "Immo 100%", domains: [] } });
  const path = `/organisations/${added.body.id}`;
  expect(added.headers.get("location")).toBe(`/api/v1${path}`);
  const other = (await call("POST", "/organisations", { name: "Other" })).body;

  const put = async (domain: string, of = path) => (await call("PUT", `${of}/domains/${domain}`)).status;
  expect([await put("Immo.BE"), await put("immo.be")]).toEqual([204, 204]);
  expect(await put("immo.be", `/organisations/${other.id}`)).toBe(409);
  expect([await put("hotmail.be"), await put("be")]).toEqual([422, 422]);
  expect(await put("immo.be", "/organisations/0198c000-0000-7000-8000-000000000009")).toBe(404);
  expect(await put("immo.be", "/organisations/x")).toBe(404);
  expect((await call("GET", path)).body).toMatchObject({ name: "Immo 100%", domains: ["immo.be"], policy: "standard" });

  const change = { externalId: "A-1", language: "nl", notes: "Calls on Mondays.", sees: "organisation" };
  const changed = await call("PATCH", path, change, token, { "if-match": '"1"' });
  expect(changed).toMatchObject({ status: 200, body: { ...change, name: "Immo 100%", version: 2 } });
  expect(changed.headers.get("etag")).toBe('"2"');
  expect((await call("PATCH", path, { notes: "" }, token, { "if-match": '"1"' })).status).toBe(412);
  expect((await call("PATCH", `/organisations/${other.id}`, { externalId: "A-1" })).status).toBe(409);

  expect((await call("GET", "/organisations?q=100%25")).body.items).toEqual([{ id: added.body.id, name: "Immo 100%" }]);
  expect((await call("GET", "/organisations?limit=1")).body).toMatchObject({
    items: [{ name: "Immo 100%" }],
    next: /./,
  });
  expect((await call("DELETE", `${path}/domains/immo.be`)).status).toBe(204);
  expect((await call("GET", path)).body.domains).toEqual([]);
  expect((await call("POST", "/organisations", { name: " " })).status).toBe(400);
});

test("contacts are found by name and address, the newest first", async () => {
  const make = (address: string, name: string) =>
    database.db.transaction(desk, (tx) => findOrMakeContact(tx, world, desk, { address, name, language: null }));
  const { id } = (await call("POST", "/organisations", { name: "Vastgoed" })).body;
  await call("PUT", `/organisations/${id}/domains/vastgoed.be`);
  const jan = await make("jan@vastgoed.be", "Jan");
  world.clock.advance(1);
  await make("marie@immo.be", "Marie");

  const page = (await call("GET", "/contacts?limit=1")).body;
  expect(page.items).toMatchObject([
    { name: "Marie", addresses: ["marie@immo.be"], language: null, organisation: null },
  ]);
  const expected = {
    id: jan.contactId,
    name: "Jan",
    addresses: ["jan@vastgoed.be"],
    failing: [],
    language: null,
    organisation: { id, name: "Vastgoed" },
  };
  expect((await call("GET", `/contacts?cursor=${page.next}`)).body).toEqual({ items: [expected], next: null });
  expect((await call("GET", `/contacts?organisationId=${id}`)).body.items).toEqual([expected]);
  await makeFindable();
  expect((await call("GET", "/contacts?q=VASTGOED.be")).body.items).toEqual([expected]);
  for (const q of ["jan", "vastg", "jan@vast", "vastgoed.b", "Jan vastgoed"])
    expect([q, (await call("GET", `/contacts?q=${q}`)).body.items]).toEqual([q, [expected]]);
  expect((await call("GET", "/contacts?q=_")).body.items).toEqual([]);
});

test("a contact has several addresses, of which one is the first; a change names the version that was seen", async () => {
  const added = await call("POST", "/contacts", { address: "Lea@Several.be", name: "Léa" });
  expect(added).toMatchObject({ status: 201, body: { name: "Léa", version: 1, addresses: [{ source: "agent" }] } });
  const path = `/contacts/${added.body.id}`;
  const again = await call("POST", "/contacts", { address: "lea@several.be" });
  expect(again).toMatchObject({ status: 409, body: { detail: expect.stringContaining("Léa") } });
  const lost = { organisationId: "0198c000-0000-7000-8000-000000000009" };
  expect((await call("POST", "/contacts", { address: "lost@several.be", ...lost })).status).toBe(422);
  expect((await call("POST", "/contacts", { address: "lost@several.be" })).status).toBe(201); // It was not half made.

  const home = `${path}/addresses/lea@home.be`;
  const seen = { "if-match": '"1"' };
  const two = await call("PUT", home, { isPrimary: true }, token, seen);
  expect(two.body.addresses.map(({ address }: { address: string }) => address)).toEqual([
    "lea@home.be",
    "lea@several.be",
  ]);
  expect((await call("PUT", home, {}, token, seen)).status).toBe(412);
  expect((await call("PUT", `${path}/addresses/lost@several.be`, {})).status).toBe(409);
  expect((await call("PUT", `${path}/addresses/nowhere`, {})).status).toBe(422);

  const change = { phones: ["+32 2 1"], externalIds: ["P-1"], sees: "own", notes: "Deaf." };
  expect(await call("PATCH", path, change)).toMatchObject({ status: 200, body: change });
  expect((await call("PATCH", path, { language: "fr" })).body).toMatchObject({ ...change, language: "fr" });
  const taken = await call("POST", "/contacts", { address: "else@several.be" });
  expect((await call("PATCH", `/contacts/${taken.body.id}`, { externalIds: ["P-1"] })).status).toBe(409);
  expect((await call("PATCH", path, lost)).status).toBe(422);

  expect((await call("DELETE", home)).body.addresses).toHaveLength(1);
  expect((await call("DELETE", home)).status).toBe(404);
  expect((await call("DELETE", `${path}/addresses/lea@several.be`)).status).toBe(409);
  expect((await call("GET", path)).body).toMatchObject({ name: "Léa", addresses: [{ address: "lea@several.be" }] });
});

test("a file of customers is shown first and then taken over, once", async () => {
  const file = "organisation;domains;name;emails\nFiled;filed.be;;\nFiled;;Ann;ann@filed.be\n;;Bob;bob\n";
  const give = (text: string) =>
    api().request("/directory-imports?fileName=a.csv", {
      method: "POST",
      body: text,
      headers: { authorization: `Bearer ${token}`, "content-type": "text/csv" },
    });
  const given = await give(file);
  const made = (await given.json()) as { id: string };
  expect(given.status).toBe(201);
  // An agent may not confirm domains.
  expect(made).toMatchObject({ fileName: "a.csv", counts: { made: 1, refused: 2 }, appliedAt: null });
  const path = `/directory-imports/${made.id}`;
  const { items } = (await call("GET", `${path}/lines?outcome=refused`)).body;
  expect(items.map(({ line, reason }: { line: number; reason: string }) => [line, reason])).toEqual([
    [2, "With your role you may not confirm mail domains."],
    [4, '"bob" is no mail address.'],
  ]);
  const refused = await api().request(`${path}/refused-lines`, { headers: { authorization: `Bearer ${token}` } });
  expect(await refused.text()).toContain('4;"""bob"" is no mail address."');
  expect((await call("POST", `${path}/application`)).body.appliedAt).not.toBeNull();
  expect((await call("POST", `${path}/application`)).status).toBe(409);
  expect((await call("GET", "/directory-imports")).body.items).toHaveLength(1);
  expect((await give("a;b\n1;2\n")).status).toBe(422);
});

test("an address that a report called bad for good is told, until somebody says that it works", async () => {
  const { contactId } = await database.db.transaction(desk, (tx) =>
    findOrMakeContact(tx, world, desk, { address: "gone@immo.be", name: "Gone", language: null }),
  );
  const at = world.clock.now();
  await database.db.transaction(desk, (tx) =>
    markAddress(tx, desk, "gone@immo.be", { at, reason: "550 5.1.1 nobody" }),
  );
  await makeFindable();
  const [contact] = (await call("GET", "/contacts?q=gone@immo.be")).body.items;
  expect(contact).toMatchObject({ id: contactId, failing: [{ address: "gone@immo.be", reason: "550 5.1.1 nobody" }] });
  expect((await call("GET", "/failing-addresses")).body).toMatchObject({ items: [{ address: "gone@immo.be" }] });
  expect((await call("DELETE", "/failing-addresses/Gone@immo.be")).status).toBe(204);
  expect((await call("DELETE", "/failing-addresses/gone@immo.be")).status).toBe(404);
  expect((await call("GET", "/contacts?q=gone@immo.be")).body.items[0].failing).toEqual([]);
});

test("another desk's people are not seen", async () => {
  const other = await applyTestDesk(database.db, OTHER_DESK_YAML);
  const stranger = await database.db.transaction(other, async (tx) => {
    const agent = await addAgent(tx, world, other, { ...anne, email: "x@other.be" });
    return await issueCredential(tx, world, other, { agentId: agent!.id, kind: "api", label: "", lifetimeMs: null });
  });
  const { body } = await call("POST", "/organisations", { name: "Ours" });
  expect((await call("GET", `/organisations/${body.id}`, undefined, stranger)).status).toBe(404);
  expect((await call("GET", "/organisations", undefined, stranger)).body.items).toEqual([]);
  expect((await call("GET", "/contacts", undefined, stranger)).body.items).toEqual([]);
  expect((await call("GET", "/agents", undefined, stranger)).body.items).toHaveLength(1);

  await call("POST", "/sign-in-links", { email: "x@other.be", desk: "other" }, null);
  await call("POST", "/sign-in-links", { email: "anne@agence.be", desk: "nowhere" }, null);
  await call("POST", "/sign-in-links", { email: "anne@agence.be" }, null); // Two desks now: which one was not said.
  expect(mailed.map(({ to }) => to)).toEqual(["x@other.be"]);
});

test("the document describes every route", () => {
  const document = api().getOpenAPI31Document({ openapi: "3.1.0", info: { title: "t", version: "1" } });
  expect(Object.keys(document.paths!).toSorted()).toEqual([
    "/accounts",
    "/accounts/{id}",
    "/accounts/{id}/sessions",
    "/accounts/{id}/sign-in-ways",
    "/agents",
    "/api-tokens",
    "/api-tokens/{id}",
    "/audit-entries",
    "/blocked-senders",
    "/blocked-senders/{address}",
    "/brand",
    "/brand/logo",
    "/calendars",
    "/calendars/{name}/versions",
    "/contacts",
    "/contacts/{id}",
    "/contacts/{id}/addresses/{address}",
    "/contacts/{id}/merge-preview",
    "/contacts/{id}/merges",
    "/contracts",
    "/desk",
    "/desks/{slug}/customer-sessions",
    "/desks/{slug}/customer-sign-ins",
    "/directory-imports",
    "/directory-imports/sample",
    "/directory-imports/{id}",
    "/directory-imports/{id}/application",
    "/directory-imports/{id}/lines",
    "/directory-imports/{id}/refused-lines",
    "/failing-addresses",
    "/failing-addresses/{address}",
    "/invitations",
    "/invitations/{id}",
    "/invitations/{id}/mails",
    "/me",
    "/me/passkey-challenge",
    "/me/passkeys",
    "/me/passkeys/{id}",
    "/me/password",
    "/me/recovery-codes",
    "/me/sessions",
    "/me/sessions/{id}",
    "/me/sign-in-ways",
    "/me/totp",
    "/me/totp/confirmation",
    "/my",
    ...["/my/session", "/my/sessions"],
    "/organisations",
    "/organisations/{id}",
    "/organisations/{id}/contract",
    "/organisations/{id}/domains/{domain}",
    "/policies",
    "/policies/{name}/versions",
    "/sessions",
    "/sessions/current",
    "/sign-in-links",
    "/sign-ins/code",
    "/sign-ins/passkey",
    "/sign-ins/passkey-challenge",
    "/sign-ins/password",
    "/site-pages",
    "/site-pages/{name}/{language}",
  ]);
});
