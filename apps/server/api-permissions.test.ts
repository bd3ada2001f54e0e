import { PERMISSIONS, ROLES } from "@permanence/people";
import { afterAll, beforeAll, expect, test } from "vitest";
import { permissionFor } from "./api-permissions.ts";
import { openTestApi, type TestApi } from "./test-api.ts";

let service: TestApi;
let operations: [method: string, path: string][];
beforeAll(async () => {
  service = await openTestApi("permissions");
  const { paths } = (await service.call("GET", "/openapi.json", { as: null })).body as {
    paths: Record<string, Record<string, { security?: unknown[] }>>;
  };
  operations = Object.entries(paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods)
        .filter(([, { security }]) => security?.length !== 0) // Those are anybody's.
        .map(([method]): [string, string] => [method.toUpperCase(), path.slice("/api/v1".length)])
        .filter(([, address]) => !/^\/my\b/.test(address)), // Customers' alone: customer-sign-in.test.ts.
  );
});
afterAll(() => service?.close());

/** What each role may have to do with, by the first part of the address: the promise of modules/people/README.md. */
const MAY: Record<(typeof ROLES)[number], RegExp> = {
  agent:
    /^\/(me|agents|sessions|tickets|search|events|inbound-mails|outgoing-mails|mailboxes(?!\/.)|reports|alerts|duty(?!-settings)|call-outs|incidents|triage-questions|blocked-senders|failing-addresses|contacts|organisations(?!.*(domains|contract))|uploads|ticket-views|tags|teams|suggestions|directory-imports|answers)\b/,
  lead: /^\/(me|agents|sessions|tickets|search|events|inbound-mails|outgoing-mails|mailboxes(?!\/.)|reports|alerts|duty|duty-settings|rotas|call-outs|incidents|triage-questions|triage-table|blocked-senders|failing-addresses|contacts|organisations|policies|contracts|policy-previews|calendars|public-holidays|brand|site-pages|uploads|ticket-views|shared-ticket-views|tags|tag-settings|teams|team-settings|assignment-rules|suggestions|accounts$|invitations|directory-imports|answers|answer-texts|erasure-requests)\b/,
  author: /^\/(me|agents|sessions|brand|site-pages)\b/,
  admin: /^\//,
};

test.each(ROLES)("the role %s may do what is written, and nothing else", async (role) => {
  expect(operations.length).toBeGreaterThan(30);
  for (const [method, path] of operations) {
    const as = await service.tokenOf(role); // A new one each time: one of the operations is to sign out.
    const address = path.replace(/\{\w+\}/g, "00000000-0000-7000-8000-000000000000");
    const response = await service.api.request(`/api/v1${address}`, {
      method,
      headers: { authorization: `Bearer ${as}` },
    });
    await response.body?.cancel();
    expect([method, path, response.status === 403]).toEqual([method, path, !MAY[role].test(path)]);
  }
});

test("every address that is described is somebody's, and others stay shut", () => {
  for (const [, path] of operations) {
    expect([path, permissionFor(path.slice(1))]).not.toEqual([path, undefined]);
  }
  expect(permissionFor("secrets")).toBeUndefined();
  expect(permissionFor("constructor")).toBeUndefined();
  expect(new Set(operations.map(([, path]) => permissionFor(path.slice(1))).filter(Boolean))).toEqual(
    new Set(PERMISSIONS),
  );
});

test("whoever may not do it is told why", async () => {
  const refused = await service.call("GET", "/tickets", { as: await service.tokenOf("author") });
  expect(refused).toMatchObject({
    status: 403,
    body: { title: "Not for your role", detail: expect.stringContaining('"author"') },
  });
});
