import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

type Entry = { id: string; at: string; kind: string; actor: { id: string } };
type AuditPage = { items: Entry[]; next: string | null };

const HOUR_MS = 3_600_000;

let service: TestApi;
let admin: string;
let lead: string;
beforeAll(async () => {
  service = await openTestApi("accounts");
  [admin, lead] = [await service.tokenOf("admin"), await service.tokenOf("lead")];
});
afterAll(() => service?.close());

const NINA = { email: "Nina@Agence.example", name: "Nina", role: "agent", language: "nl" };
const invite = (person: object, as = admin) => service.call("POST", "/invitations", { as, body: person });
const enter = (token: string) => service.call("POST", "/sessions", { as: null, body: { token } });
const audit = async (query: string, as = admin) =>
  (await service.call("GET", `/audit-entries?${query}`, { as })).body as AuditPage;

/** The newest mail to this address, as it leaves; and the token of the link in it. */
async function mailTo(address: string): Promise<{ text: string; token: string }> {
  const { db, deskId } = service;
  const { bytes } = await db.transaction(deskId, (tx) =>
    tx
      .selectFrom("outgoing_mail")
      .innerJoin("blob", (join) => join.onRef("blob.sha256", "=", "outgoing_mail.mime_sha256"))
      .select("bytes")
      .where("to_address", "=", address)
      .orderBy("created_at", "desc")
      .orderBy("outgoing_mail_id", "desc")
      .executeTakeFirstOrThrow(),
  );
  const text = bytes.toString("utf8").replaceAll("=\r\n", "").replaceAll("=3D", "=");
  return { text, token: /sign-in\?token=(\w{32})/.exec(text)![1]! };
}

test.each([
  ["fr", "Vous"],
  ["nl", "U bent uitgenodigd"],
  ["en", "You are invited"],
])("an invitation in %s is mailed with a plain text, and lets in once", async (language, subject) => {
  const email = `${language}@agence.example`;
  const invited = await invite({ ...NINA, email, language, role: "author" }, lead);
  expect(invited).toMatchObject({ status: 201, body: { email, role: "author", language } });
  const { text, token } = await mailTo(email);
  expect(text).toMatch(new RegExp(`Subject: .*${subject.split(" ")[0]}`));
  expect(text).toMatch(/text\/plain/);
  expect(text).toMatch(/text\/html/);
  const answers = await Promise.all([enter(token), enter(token)]);
  expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(["201", "401"]);
  const came = answers.find(({ status }) => status === 201)!;
  expect(came.body).toMatchObject({ email, name: "Nina", role: "author", language, isNew: true });
  expect((await enter(token)).status).toBe(401);
});

test("an invitation runs out after 72 hours, and sent again is good again, by its newest mail alone", async () => {
  const { id } = (await invite(NINA)).body;
  const first = await mailTo("nina@agence.example");
  service.clock.advance(72 * HOUR_MS);
  expect((await enter(first.token)).status).toBe(401);
  expect((await invite(NINA)).status).toBe(409);
  expect((await service.call("POST", `/invitations/${id}/mails`, { as: lead })).status).toBe(200);
  const second = await mailTo("nina@agence.example");
  expect((await enter(first.token)).status).toBe(401);
  expect((await enter(second.token)).status).toBe(201);
  expect((await invite(NINA)).status).toBe(409); // She works here now.
  expect((await service.call("POST", `/invitations/${id}/mails`, { as: lead })).status).toBe(404);
});

test("an invitation that was taken back lets nobody in", async () => {
  const { id } = (await invite({ ...NINA, email: "gone@agence.example" })).body;
  const { token } = await mailTo("gone@agence.example");
  const listed = (await service.call("GET", "/invitations", { as: lead })).body.items;
  expect(listed.map(({ email }: { email: string }) => email)).toContain("gone@agence.example");
  expect((await service.call("DELETE", `/invitations/${id}`, { as: lead })).status).toBe(204);
  expect((await service.call("DELETE", `/invitations/${id}`, { as: lead })).status).toBe(404);
  expect((await enter(token)).status).toBe(401);
});

test("a lead makes nobody an administrator; an agent invites nobody; no address is none", async () => {
  expect((await invite({ ...NINA, email: "a@agence.example", role: "admin" }, lead)).status).toBe(403);
  expect((await invite({ ...NINA, email: "b@agence.example" }, service.token)).status).toBe(403);
  expect((await invite({ ...NINA, email: "nobody" })).status).toBe(422);
  expect(await service.mailsTo("a@agence.example")).toBe(0);
});

test("roles are changed and people suspended, on record; the last administrator stays", async () => {
  const id = await service.agentOf("agent", "ben@desk.example");
  const link = await service.linkOf(id);
  const session = /permanence_session=(\w+)/.exec((await enter(link)).headers.getSetCookie().join())![1]!;
  const change = (body: object, of = id, as = admin) => service.call("PATCH", `/accounts/${of}`, { as, body });
  expect((await change({ role: "lead" })).body).toMatchObject({ role: "lead", suspendedAt: null });
  expect((await change({ role: "admin" }, id, lead)).status).toBe(403);
  expect((await change({ isSuspended: true })).body.suspendedAt).not.toBeNull();
  expect((await service.call("GET", "/me", { as: session })).status).toBe(401);
  expect((await change({ isSuspended: false })).body.suspendedAt).toBeNull();
  expect((await service.call("GET", "/me", { as: session })).status).toBe(401); // What ended stays ended.
  expect((await change({ role: "lead" }, "00000000-0000-7000-8000-000000000000")).status).toBe(404);

  const me = (await service.call("GET", "/me", { as: admin })).body.agent.id;
  for (const body of [{ role: "agent" }, { isSuspended: true }]) expect((await change(body, me)).status).toBe(409);
  const second = await service.tokenOf("admin");
  const other = (await service.call("GET", "/me", { as: second })).body.agent.id;
  const both = await Promise.all([change({ role: "lead" }, other), change({ role: "lead" }, me, second)]);
  const { items } = (await service.call("GET", "/accounts?limit=200", { as: lead })).body;
  expect(items.filter(({ role }: { role: string }) => role === "admin")).toHaveLength(1); // Of two who do it at once.
  expect(both.map(({ status }) => status)).toContain(200);
  [admin] = [await service.tokenOf("admin")];

  const { items: record } = await audit("kind=rights-changed");
  const raised = { subject: `agent:${id}`, data: { before: "agent", after: "lead" } };
  expect(record).toContainEqual(expect.objectContaining(raised));
  expect((await audit("kind=suspended")).items).toHaveLength(1);
  expect((await audit("kind=restored")).items).toHaveLength(1);
});

test("an administrator ends a colleague's sessions", async () => {
  const id = await service.agentOf("agent", "eve@desk.example");
  const cookies = (await enter(await service.linkOf(id))).headers.getSetCookie().join();
  const session = /permanence_session=(\w+)/.exec(cookies)![1]!;
  const listed = (await service.call("GET", `/accounts/${id}/sessions`, { as: admin })).body.items;
  expect(listed).toMatchObject([{ way: "link", isThis: false }]);
  expect((await service.call("DELETE", `/accounts/${id}/sessions`, { as: lead })).status).toBe(403);
  expect((await service.call("DELETE", `/accounts/${id}/sessions`, { as: admin })).status).toBe(204);
  expect((await service.call("GET", "/me", { as: session })).status).toBe(401);
  expect((await audit("kind=session-ended")).items[0]).toMatchObject({
    subject: `agent:${id}`,
    subjectName: "Eva Maes",
  });
});

test("an API token is shown once, may be for reading alone, tells when it was used, and is taken away", async () => {
  const make = async (isReadOnly: boolean) =>
    (await service.call("POST", "/api-tokens", { as: admin, body: { name: `Telephony ${isReadOnly}`, isReadOnly } }))
      .body.token as string;
  const [reader, writer] = [await make(true), await make(false)];
  const organisation = { name: "Agence" };
  expect((await service.call("GET", "/organisations", { as: reader })).status).toBe(200);
  const refused = await service.call("POST", "/organisations", { as: reader, body: organisation });
  expect(refused).toMatchObject({ status: 403, body: { title: "Only for reading" } });
  expect((await service.call("POST", "/organisations", { as: writer, body: organisation })).status).toBe(201);
  const listed = (await service.call("GET", "/api-tokens", { as: admin })).body.items;
  expect(JSON.stringify(listed)).not.toContain(reader);
  const shown = listed.find(({ name }: { name: string }) => name === "Telephony true");
  expect(shown).toMatchObject({ isReadOnly: true, usedAt: expect.any(String), agent: { role: "admin" } });
  expect((await service.call("DELETE", `/api-tokens/${shown.id}`, { as: lead })).status).toBe(403);
  expect((await service.call("DELETE", `/api-tokens/${shown.id}`, { as: admin })).status).toBe(204);
  expect((await service.call("GET", "/organisations", { as: reader })).status).toBe(401);
  expect((await audit("kind=token-made")).items).toHaveLength(2);
  expect((await audit("kind=token-revoked")).items).toMatchObject([{ data: { name: "Telephony true" } }]);
});

test("changes of settings are on record without their routes' doing, refused ones and questions are not", async () => {
  const known = (await audit("kind=settings-changed&limit=200")).items.length;
  const document = { week: { mon: [["09:00", "17:00"]] } };
  const path = "/calendars/phone/versions";
  expect((await service.call("POST", path, { as: lead, body: { document } })).status).toBe(201);
  expect((await service.call("POST", path, { as: lead, body: { document: {} } })).status).toBeGreaterThan(399);
  expect((await service.call("GET", "/calendars", { as: lead })).status).toBe(200);
  const { items } = await audit("kind=settings-changed&limit=200");
  expect(items).toHaveLength(known + 1);
  expect(items[0]).toMatchObject({ subject: path, data: { method: "POST" }, actor: { name: "An Peeters" } });
});

test("the record is read by pages, by kind, person and time; by administrators, of their own desk", async () => {
  const whole = (await audit("limit=200")).items;
  const seen: string[] = [];
  let next: string | null = "";
  while (next !== null) {
    const page: AuditPage = await audit(`limit=7${next && `&cursor=${next}`}`);
    seen.push(...page.items.map(({ id }) => id));
    next = page.next;
  }
  expect(seen).toEqual(whole.map(({ id }) => id));
  expect(seen.length).toBeGreaterThan(14);

  const { id: actor } = whole.find(({ kind }) => kind === "settings-changed")!.actor;
  const his = (await audit(`agent=${actor}&limit=200`)).items;
  expect(his.length).toBeGreaterThan(0);
  expect(his.every((entry) => entry.actor.id === actor)).toBe(true);
  const start = whole.at(-1)!.at;
  expect((await audit(`until=${start}`)).items).toEqual([]);
  expect((await audit(`from=${start}&limit=200`)).items).toHaveLength(whole.length);
  expect((await service.call("GET", "/audit-entries?from=yesterday", { as: admin })).status).toBe(400);

  expect((await service.call("GET", "/audit-entries", { as: lead })).status).toBe(403);
  const elsewhere = await service.tokenOf("admin", service.otherDeskId);
  expect((await audit("", elsewhere)).items).toEqual([]);
});

test("the program itself cannot change what is on record", async () => {
  const { db, deskId } = service;
  await expect(
    db.transaction(deskId, (tx) => tx.deleteFrom("audit_entry").where("desk_id", "=", deskId).execute()),
  ).rejects.toThrow(/permission denied/);
  await expect(
    db.transaction(deskId, (tx) =>
      tx.updateTable("audit_entry").set({ kind: "sign-in" }).where("desk_id", "=", deskId).execute(),
    ),
  ).rejects.toThrow(/permission denied/);
});
