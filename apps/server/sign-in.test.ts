import { TOTP } from "otpauth";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

const MINUTE_MS = 60_000;
const PASSWORD = "quatre chevaux verts";

let service: TestApi;
beforeAll(async () => {
  service = await openTestApi("sign-in");
});
afterAll(() => service?.close());

let people = 0;

/** An agent who came by a link a moment ago: their cookies' values, and their address. */
async function newcomer(role: "agent" | "admin" | "lead" = "agent") {
  const { db, world, deskId } = service;
  const email = `person${++people}@desk.example`;
  const agentId = await service.agentOf(role, email);
  const link = await service.linkOf(agentId);
  const entered = await service.call("POST", "/sessions", { as: null, body: { token: link } });
  return { email, agentId, ...cookiesOf(entered.headers), db, world, deskId };
}

function cookiesOf(headers: Headers): { session: string; device: string } {
  const set = headers.getSetCookie().join("\n");
  const value = (name: string) => new RegExp(`${name}=(\\w+)`).exec(set)?.[1] ?? "";
  return { session: value("permanence_session"), device: value("permanence_device") };
}

/** Sets up a password and a phone. Answers what makes the phone's codes, and the recovery codes. */
async function withPassword(person: { session: string }) {
  const as = person.session;
  expect((await service.call("PUT", "/me/password", { as, body: { password: PASSWORD } })).status).toBe(200);
  const begun = await service.call("POST", "/me/totp", { as });
  expect(begun.body).toMatchObject({
    uri: expect.stringMatching(/^otpauth:\/\/totp\//),
    qr: expect.stringMatching(/^<svg/),
  });
  const phone = new TOTP({ secret: begun.body.secret as string });
  const code = () => phone.generate({ timestamp: service.clock.now() });
  const confirmed = await service.call("POST", "/me/totp/confirmation", { as, body: { code: code() } });
  expect(confirmed.status).toBe(200);
  service.clock.advance(MINUTE_MS); // A code counts once: the next one is another.
  return { code, recoveryCodes: confirmed.body.recoveryCodes as string[] };
}

type From = { network?: string; device?: string };

function givePassword(email: string, password: string, { network = "203.0.113.7", device }: From = {}) {
  const headers = { "x-permanence-client": network, ...(device && { cookie: `permanence_device=${device}` }) };
  return service.call("POST", "/sign-ins/password", { as: null, body: { email, password, desk: "whise" }, headers });
}

function giveCode(token: string, code: string, { network = "203.0.113.7", device }: From = {}) {
  const headers = { "x-permanence-client": network, ...(device && { cookie: `permanence_device=${device}` }) };
  return service.call("POST", "/sign-ins/code", { as: null, body: { token, code }, headers });
}

const audit = async (query = "") => {
  const as = await service.tokenOf("admin");
  return (await service.call("GET", `/audit-entries${query}`, { as })).body.items as {
    subject: string | null;
    data: { way: string };
  }[];
};

test("a password and a code of the phone let in, each code once", async () => {
  const person = await newcomer();
  const { code } = await withPassword(person);
  const first = await givePassword(person.email.toUpperCase(), PASSWORD);
  expect(first).toMatchObject({ status: 200, body: { token: expect.any(String) } });
  const entered = await giveCode(first.body.token, code());
  expect(entered).toMatchObject({ status: 201, body: { email: person.email } });
  expect((await service.call("GET", "/me", { as: cookiesOf(entered.headers).session })).status).toBe(200);

  expect((await giveCode(first.body.token, code())).status).toBe(401); // The password was used up by it.
  const second = await givePassword(person.email, PASSWORD);
  expect((await giveCode(second.body.token, code())).status).toBe(401); // The code was used already.
  service.clock.advance(30_000);
  expect((await giveCode(second.body.token, code())).status).toBe(201);
});

test("of two who come with one code at the same time, one gets in", async () => {
  const person = await newcomer();
  const { code } = await withPassword(person);
  const [one, two] = [await givePassword(person.email, PASSWORD), await givePassword(person.email, PASSWORD)];
  const answers = await Promise.all([giveCode(one.body.token, code()), giveCode(two.body.token, code())]);
  expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(["201", "401"]);
});

test("what is kept of a password is argon2id, and of a phone's secret what the database alone cannot read", async () => {
  const person = await newcomer();
  await withPassword(person);
  const { db, deskId } = service;
  const kept = await db.transaction(deskId, async (tx) => ({
    password: await tx
      .selectFrom("agent_password")
      .selectAll()
      .where("agent_id", "=", person.agentId)
      .executeTakeFirst(),
    phone: await tx.selectFrom("agent_totp").selectAll().where("agent_id", "=", person.agentId).executeTakeFirst(),
  }));
  expect(kept.password!.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(kept.phone!.sealed!.toString("latin1")).not.toMatch(/[A-Z2-7]{32}/);
});

test("each recovery code serves once, and new ones make the old ones void", async () => {
  const person = await newcomer();
  const { recoveryCodes } = await withPassword(person);
  expect(new Set(recoveryCodes).size).toBe(10);
  const enter = async (code: string) => {
    const { token } = (await givePassword(person.email, PASSWORD)).body;
    return await giveCode(token, code);
  };
  const entered = await enter(` ${recoveryCodes[0]!.toUpperCase()} `);
  expect(entered.status).toBe(201);
  expect((await enter(recoveryCodes[0]!)).status).toBe(401);
  const as = cookiesOf(entered.headers).session;
  expect((await service.call("GET", "/me/sign-in-ways", { as })).body.recoveryCodes).toBe(9);
  const fresh = (await service.call("POST", "/me/recovery-codes", { as })).body.recoveryCodes as string[];
  expect((await enter(recoveryCodes[1]!)).status).toBe(401);
  expect((await enter(fresh[1]!)).status).toBe(201);
});

test("a wrong password, an unknown address and somebody without a password are answered the same", async () => {
  const [set, unset] = [await newcomer(), await newcomer()];
  await withPassword(set);
  const half = await newcomer(); // A password without codes counts for nothing.
  await service.call("PUT", "/me/password", { as: half.session, body: { password: PASSWORD } });
  const answers = await Promise.all([
    givePassword(set.email, "something else altogether"),
    givePassword("nobody@desk.example", PASSWORD),
    givePassword("no address", PASSWORD),
    givePassword(unset.email, PASSWORD),
    givePassword(half.email, PASSWORD),
  ]);
  const shown = answers.map(({ status, body }) => JSON.stringify({ status, body }));
  expect(answers[0].status).toBe(401);
  expect(new Set(shown).size).toBe(1);
});

test("an unknown address is answered as late as a known one", async () => {
  const known = await newcomer();
  await withPassword(known);
  const timed = async (email: string) => {
    const times: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const from = performance.now();
      await givePassword(email, "not this one either", { network: `198.51.100.${n}` });
      times.push(performance.now() - from);
    }
    return times.toSorted((a, b) => a - b)[2]!;
  };
  await timed("warm@desk.example");
  const [unknown, wrong] = [await timed("stranger@desk.example"), await timed(known.email)];
  expect(unknown / wrong).toBeGreaterThan(0.5); // Without the comparison it would be a tenth.
});

test("guesses wait ever longer, with the wait in words; the owner comes in from a known browser all the same", async () => {
  const owner = await newcomer();
  const { code } = await withPassword(owner);
  const guess = () => givePassword(owner.email, "is it this one, then", { network: "192.0.2.66" });
  for (let n = 0; n < 4; n += 1) expect((await guess()).status).toBe(401);
  const waits: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    const refused = await guess();
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers.get("retry-after"));
    expect(refused.body.detail).toContain(`wait ${seconds} seconds`);
    waits.push(seconds);
    service.clock.advance(seconds * 1_000);
    expect((await guess()).status).toBe(401);
  }
  expect(waits.slice(0, 5)).toEqual([2, 4, 8, 16, 32]);
  expect(waits.at(-1)).toBe(900);

  // From the same network as the guesser: the browser is known.
  const { token } = (await givePassword(owner.email, PASSWORD, { network: "192.0.2.66", device: owner.device })).body;
  expect((await giveCode(token, code(), { device: owner.device })).status).toBe(201);
  // From elsewhere, in a browser that is not: nobody has guessed from there.
  expect((await givePassword(owner.email, PASSWORD, { network: "198.51.100.200" })).status).toBe(200);
  // And somebody else's known browser is none for this account.
  const other = await newcomer();
  expect((await givePassword(owner.email, PASSWORD, { network: "192.0.2.66", device: other.device })).status).toBe(429);
});

test("many guesses at once are counted, each", async () => {
  const owner = await newcomer();
  await withPassword(owner);
  const guess = () => givePassword(owner.email, "one of many, all at once", { network: "192.0.2.77" });
  const answers = await Promise.all(Array.from({ length: 12 }, guess));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(4);
});

test("codes are guessed as slowly, whoever knows the password", async () => {
  const owner = await newcomer();
  const { code } = await withPassword(owner);
  const { token } = (await givePassword(owner.email, PASSWORD)).body;
  const wrong = () => String((Number(code()) + 1) % 1_000_000).padStart(6, "0");
  for (let n = 0; n < 4; n += 1) expect((await giveCode(token, wrong(), { network: `192.0.2.${n}` })).status).toBe(401);
  expect((await giveCode(token, wrong(), { network: "192.0.2.9" })).status).toBe(429);
  expect((await giveCode(token, code(), { device: owner.device })).status).toBe(201);
});

test("whoever has a way of their own gets no link by mail; without one, or once it was taken away, they do", async () => {
  const person = await newcomer();
  const links = async () => {
    await service.call("POST", "/sign-in-links", { as: null, body: { email: person.email, desk: "whise" } });
    return await service.mailsTo(person.email);
  };
  expect(await links()).toBe(1);
  await withPassword(person);
  expect(await links()).toBe(1);
  const admin = await service.tokenOf("admin");
  const reset = await service.call("DELETE", `/accounts/${person.agentId}/sign-in-ways`, { as: admin });
  expect(reset.status).toBe(204);
  expect((await service.call("GET", "/me", { as: person.session })).status).toBe(401);
  expect(await links()).toBe(2);
  expect((await givePassword(person.email, PASSWORD)).status).toBe(401);
});

test("ways in are changed shortly after signing in, by a session alone", async () => {
  const person = await newcomer();
  service.clock.advance(31 * MINUTE_MS);
  const calls: [string, string, unknown?][] = [
    ["PUT", "/me/password", { password: PASSWORD }],
    ["DELETE", "/me/password"],
    ["POST", "/me/totp"],
    ["POST", "/me/totp/confirmation", { code: "000000" }],
    ["POST", "/me/recovery-codes"],
    ["POST", "/me/passkey-challenge"],
    ["POST", "/me/passkeys", { label: "Key", response: {} }],
    ["DELETE", "/me/passkeys/x"],
  ];
  const token = await service.tokenOf("admin");
  for (const as of [person.session, token]) {
    for (const [method, path, body] of calls) {
      const answer = await service.call(method, path, { as, ...(body !== undefined && { body }) });
      expect([method, path, answer.status]).toEqual([method, path, 409]);
    }
  }
});

test("a new password ends the other sessions; sessions are listed, and ended by their owner alone", async () => {
  const person = await newcomer();
  const again = await service.call("POST", "/sessions", {
    as: null,
    body: { token: await service.linkOf(person.agentId) },
    headers: {
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0",
      "x-permanence-client": "2001:db8::7",
    },
  });
  const other = cookiesOf(again.headers).session;
  const listed = (await service.call("GET", "/me/sessions", { as: other })).body.items;
  expect(listed).toHaveLength(2);
  const mine = listed.find(({ isThis }: { isThis: boolean }) => isThis);
  expect(mine).toMatchObject({ network: "2001:db8::7", device: expect.stringContaining("Firefox"), way: "link" });

  const stranger = await newcomer();
  expect((await service.call("DELETE", `/me/sessions/${mine.id}`, { as: stranger.session })).status).toBe(404);
  expect((await service.call("DELETE", `/me/sessions/${mine.id}`, { as: person.session })).status).toBe(204);
  expect((await service.call("GET", "/me", { as: other })).status).toBe(401);

  const third = await service.call("POST", "/sessions", {
    as: null,
    body: { token: await service.linkOf(person.agentId) },
  });
  await service.call("PUT", "/me/password", { as: person.session, body: { password: PASSWORD } });
  expect((await service.call("GET", "/me", { as: cookiesOf(third.headers).session })).status).toBe(401);
  expect((await service.call("GET", "/me", { as: person.session })).status).toBe(200);
});

test("a passkey is asked for by the host that the browser knows; an answer that proves nothing is refused", async () => {
  const headers = { host: "support.agence.be" };
  const asked = await service.call("POST", "/sign-ins/passkey-challenge", { as: null, headers });
  expect(asked.body).toMatchObject({ rpId: "support.agence.be", userVerification: "required" });
  const person = await newcomer();
  const offered = await service.call("POST", "/me/passkey-challenge", { as: person.session, headers });
  expect(offered.body).toMatchObject({
    rp: { id: "support.agence.be", name: "Whise Helpdesk" },
    user: { name: person.email },
  });
  const forged = { id: "x", rawId: "x", type: "public-key", response: { userHandle: offered.body.user.id } };
  expect((await service.call("POST", "/sign-ins/passkey", { as: null, body: forged })).status).toBe(401);
  const kept = await service.call("POST", "/me/passkeys", {
    as: person.session,
    body: { label: "K", response: forged },
  });
  expect(kept.status).toBe(422);
});

test("what happened is on record, and what was typed for an unknown address is not", async () => {
  const entries = await audit("?limit=200&kind=sign-in-failed");
  expect(entries.length).toBeGreaterThan(5);
  expect(JSON.stringify(entries)).not.toMatch(/nobody@|stranger@|no address/);
  expect(entries.some(({ subject }) => subject === null)).toBe(true);
  expect(entries.find(({ subject }) => subject !== null)).toMatchObject({ actor: null, data: { way: "password" } });
  const came = await audit("?kind=sign-in");
  expect(new Set(came.map(({ data }) => data.way))).toEqual(new Set(["link", "code", "recovery-code"]));
});
