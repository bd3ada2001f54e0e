import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

let service: TestApi;
beforeAll(async () => {
  service = await openTestApi("customer sign-in");
});
afterAll(() => service?.close());

const MINUTE_MS = 60_000;
const ENTER = "/desks/whise/customer-sessions";
let people = 0;

/** Asks for a sign-in mail, and reads it. */
async function ask(more: Record<string, string> = {}) {
  const email = more["email"] ?? `person${++people}@agence.example`;
  const asked = await service.call("POST", "/desks/whise/customer-sign-ins", { as: null, body: { email, ...more } });
  const mails = await service.db.transaction(service.deskId, (tx) =>
    tx
      .selectFrom("outgoing_mail")
      .innerJoin("blob", "sha256", "mime_sha256")
      .select("bytes")
      .where("to_address", "=", email)
      .where("purpose", "=", "sign-in")
      .orderBy("created_at")
      .orderBy("outgoing_mail_id")
      .execute(),
  );
  const text = (mails.at(-1)?.bytes.toString() ?? "").replaceAll("=\r\n", "").replaceAll("=3D", "=");
  const link = new URL(/https?:\S+/.exec(text)?.[0] ?? "http://none.example");
  return {
    ...{ email, status: asked.status, request: (asked.body as { request: string }).request, mails: mails.length },
    ...{ code: /\d{4} \d{4}/.exec(text)?.[0] ?? "", token: link.searchParams.get("token") ?? "", link, text },
  };
}

const enter = (body: object) => service.call("POST", ENTER, { as: null, body });
const sessionOf = ({ headers }: { headers: Headers }) =>
  /permanence_customer=(\w+)/.exec(headers.get("set-cookie") ?? "")?.[1] ?? "";

test("a customer signs in with the link, once, and comes back to where they were", async () => {
  const { email, token, link, text } = await ask({ language: "nl", next: "/nl/suggestions?sort=new" });
  expect(text).toContain("aanmeldcode");
  expect([link.pathname, link.searchParams.get("next")]).toEqual(["/nl/sign-in", "/nl/suggestions?sort=new"]);
  const entered = await enter({ token });
  expect(entered).toMatchObject({
    status: 201,
    body: { address: email, name: "", language: "nl", organisation: null },
  });
  expect(entered.headers.get("set-cookie")).toMatch(/HttpOnly.*SameSite=Lax/);
  const me = await service.call("GET", "/my", { as: sessionOf(entered) });
  expect(me).toMatchObject({ status: 200, body: { address: email } });
  expect((await enter({ token })).status).toBe(401);
});

test("the code counts in the browser that asked, with five tries", async () => {
  const [first, other] = [await ask(), await ask()];
  expect((await enter({ request: other.request, code: first.code })).status).toBe(401);
  for (let tries = 0; tries < 4; tries += 1) {
    expect((await enter({ request: first.request, code: "00000000" })).status).toBe(401);
  }
  expect((await enter({ request: first.request, code: first.code.replace(" ", "") })).status).toBe(201);
  const third = await ask();
  for (let tries = 0; tries < 5; tries += 1) await enter({ request: third.request, code: "00000000" });
  expect((await enter({ request: third.request, code: third.code })).status).toBe(401);
  expect((await enter({ token: third.token })).status).toBe(201); // Nobody could shut its owner out by guessing.
});

test("of two who come with one link at the same time, one gets in", async () => {
  const { token, request, code } = await ask();
  const answers = await Promise.all([enter({ token }), enter({ token }), enter({ request, code })]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 401, 401]);
});

test("a link is too old after fifteen minutes, a session after thirty days", async () => {
  const old = await ask();
  service.clock.advance(15 * MINUTE_MS);
  expect((await enter({ token: old.token })).status).toBe(401);
  const session = sessionOf(await enter({ token: (await ask()).token }));
  service.clock.advance(30 * 24 * 60 * MINUTE_MS - 1);
  expect((await service.call("GET", "/my", { as: session })).status).toBe(200);
  service.clock.advance(1);
  expect((await service.call("GET", "/my", { as: session })).status).toBe(401);
});

test("nobody's mailbox is filled, and nobody learns that it is not", async () => {
  const email = "flooded@agence.example";
  for (let times = 1; times <= 7; times += 1) {
    const asked = await ask({ email });
    expect([asked.status, asked.request.length, asked.mails]).toEqual([202, 32, Math.min(times, 5)]);
  }
});

test("a customer is no agent, an agent no customer, and a desk knows its own alone", async () => {
  const customer = await service.customerTokenOf("zoe@agence.example");
  for (const path of ["/me", "/tickets", "/contacts"])
    expect([path, (await service.call("GET", path, { as: customer })).status]).toEqual([path, 401]);
  expect((await service.call("GET", "/my")).status).toBe(401);
  const { token } = await ask();
  const elsewhere = await service.call("POST", "/desks/other/customer-sessions", { as: null, body: { token } });
  expect(elsewhere.status).toBe(401);
});

test("whoever leaves is nobody, and may change what they are called before", async () => {
  const as = await service.customerTokenOf("leaver@agence.example");
  const changed = await service.call("PATCH", "/my", { as, body: { name: "Léa Martin", language: "nl" } });
  expect(changed).toMatchObject({ status: 200, body: { name: "Léa Martin", language: "nl" } });
  expect((await service.call("GET", "/my", { as })).body).toMatchObject({ name: "Léa Martin", language: "nl" });
  expect((await service.call("DELETE", "/my/session", { as })).status).toBe(204);
  expect((await service.call("GET", "/my", { as })).status).toBe(401);
});

test("another site cannot sign anybody in or out", async () => {
  const as = await service.customerTokenOf("forged@agence.example");
  const headers = { cookie: `permanence_customer=${as}`, "sec-fetch-site": "cross-site" };
  expect((await service.call("DELETE", "/my/session", { as: null, headers })).status).toBe(403);
  expect((await service.call("GET", "/my", { as })).status).toBe(200);
});
