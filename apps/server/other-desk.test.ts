import { ROLES } from "@permanence/people";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FurnishedApi, isAboutAThing, openFurnishedApi } from "./test-furnished-api.ts";
import type { TestApi } from "./test-api.ts";
import type { Described } from "./test-samples.ts";

// Every operation of the document, asked for the things of one desk (whise) by whoever belongs to another, or to none.

let furnished: FurnishedApi;
let service: TestApi;
let operations: Described[];
beforeAll(async () => {
  furnished = await openFurnishedApi("other desk");
  ({ service, operations } = furnished);
});
afterAll(() => service?.close());

async function statusOf(operation: Described, { as, slug }: { as: string | null; slug: string }): Promise<number> {
  const body = furnished.bodyOf(operation, { whole: operation.method === "PATCH" });
  const headers = { "idempotency-key": "a key of this test" };
  const address = furnished.addressOf(operation, slug);
  const options = { method: operation.method, headers: { ...headers, ...(as && { authorization: `Bearer ${as}` }) } };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const typed = { ...options, headers: { ...options.headers, "content-type": "application/json" }, ...sent };
  const response = await service.api.request(`/api/v1${address}`, typed);
  await response.body?.cancel();
  return response.status;
}

test("what these tests ask for is there for its owner", async () => {
  const as = await service.tokenOf("admin");
  const reading = operations.filter((each) => each.method === "GET" && isAboutAThing(each) && !/token/.test(each.path));
  expect(reading.length).toBeGreaterThan(25);
  for (const operation of reading) {
    if (/^\/(me|my)\//.test(operation.path) || !furnished.has(operation)) continue; // Its owner's alone.
    expect([operation.path, await statusOf(operation, { as, slug: "whise" })]).toEqual([operation.path, 200]);
  }
});

/** What is refused for another reason before anybody asks whose it is, whatever the id. */
const SAYS_OTHERWISE = new Set([
  "409 DELETE /me/passkeys/{id}",
  "409 DELETE /tickets/{id}/sendings/{messageId}",
  "422 PUT /team-settings/languages/{id}",
  "422 PUT /contacts/{id}/addresses/{address}", // What is tried is no address, whoever's contact it is.
  "409 POST /contacts/{id}/merges", // The contact is tried with itself.
  "204 DELETE /tickets/{id}/drafts/{place}", // One's own draft, which is gone either way.
]);

test.each(ROLES)("for the role %s of another desk none of it exists, and nothing of it changes", async (role) => {
  const before = await stateOf();
  const about = operations.filter(isAboutAThing);
  expect(about.length).toBeGreaterThan(50);
  const open: string[] = [];
  for (const operation of about) {
    const as = await service.tokenOf(role, service.otherDeskId);
    const status = await statusOf(operation, { as, slug: "other" });
    const isShut =
      status === 404 || (!operation.isPublic && status === (operation.path.startsWith("/my/") ? 401 : 403));
    if (!isShut && !SAYS_OTHERWISE.has(`${status} ${operation.method} ${operation.path}`))
      open.push(`${status} for ${operation.method} ${operation.path}`);
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
