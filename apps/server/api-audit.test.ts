import { type ApiEnv, authenticate } from "@permanence/people";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordOnAudit } from "./api-audit.ts";
import { openTestApi, type TestApi } from "./test-api.ts";

const CONTACT = "01a217f2-d928-7a4c-9b2e-df36cd445814";

let service: TestApi;
let agent: string;
beforeAll(async () => {
  service = await openTestApi("audit");
  agent = await service.tokenOf("agent");
});
afterAll(() => service?.close());

/** What any route under these addresses leaves behind, by its answer. */
async function ask(method: string, path: string, status: 200 | 404 = 200) {
  const session = (await authenticate(service.db, service.world, agent))!;
  const app = new Hono<ApiEnv>().basePath("/api/v1");
  app.use(async (c, next) => {
    c.set("db", service.db);
    c.set("world", service.world);
    c.set("session", session);
    await next();
  });
  app.use(recordOnAudit(() => {}));
  app.all("*", (c) => c.json({}, status));
  const before = await entries();
  await app.request(`/api/v1/${path}`, { method, headers: { "x-permanence-client": "203.0.113.9" } });
  return (await entries()).filter(({ id }) => !before.some((entry) => entry.id === id));
}

async function entries(): Promise<{ id: string; kind: string; subject: string; network: string }[]> {
  const as = await service.tokenOf("admin");
  return (await service.call("GET", "/audit-entries?limit=200", { as })).body.items;
}

test.each([
  ["GET", `contacts/${CONTACT}`, "customer-viewed"],
  ["GET", `contacts/${CONTACT}/tickets`, null], // The same customer within the hour.
  ["GET", `contacts/${CONTACT}/data-file`, "customer-exported"],
  ["POST", `contacts/${CONTACT}/erasure`, "customer-erased"],
  ["PATCH", `contacts/${CONTACT}`, null],
  ["GET", "contacts", null],
  ["GET", "contacts/none", null],
] as const)("%s %s is recorded as %s", async (method, path, kind) => {
  const left = await ask(method, path);
  const entry = { kind, subject: `contact:${CONTACT}`, network: "203.0.113.9" };
  expect(left).toEqual(kind === null ? [] : [expect.objectContaining(entry)]);
});

test("looking again after an hour is recorded again; what was refused is not", async () => {
  service.clock.advance(3_600_001);
  expect(await ask("GET", `contacts/${CONTACT}`, 404)).toEqual([]);
  expect(await ask("GET", `contacts/${CONTACT}`)).toHaveLength(1);
});

test.each([
  ["PUT", "rotas/urgent", true],
  ["PUT", "mailboxes/helpdesk@whise.eu/taking", true],
  ["PUT", `organisations/${CONTACT}/domains/agence.example`, true],
  ["POST", "policy-previews", false],
  ["POST", "invitations", false], // They record it themselves.
  ["POST", "tickets", false],
  ["GET", "rotas", false],
] as const)("%s %s is a change of settings: %s", async (method, path, isOne) => {
  const left = await ask(method, path);
  expect(left).toEqual(isOne ? [expect.objectContaining({ kind: "settings-changed", subject: `/${path}` })] : []);
});
