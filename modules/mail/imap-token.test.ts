import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { testDatabase, type TestDatabase } from "@permanence/database";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { describeImapFailure } from "./imap-failure.ts";
import { openSecret, sealSecret } from "./imap-secret.ts";
import { fetchAccessToken, type ImapOAuth } from "./imap-token.ts";
import { makeTestDesk, testWorld } from "./mail-test-desk.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const world = testWorld();
let desks = 0;

/** A sign-in service that replaces each refresh token, and revokes all where an old one is seen again. */
async function openService() {
  let count = 0;
  let current = "given-0";
  const asked: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.url?.includes("well-known")) return answer(200, { issuer, token_endpoint: `${issuer}/token` });
    const form = new URLSearchParams(await text(request));
    asked.push(form);
    const isRefresh = form.get("grant_type") === "refresh_token";
    if (isRefresh && form.get("refresh_token") !== current) {
      current = "revoked";
      return answer(400, { error: "invalid_grant", error_description: "AADSTS70000: it was used\nor has expired" });
    }
    count++;
    if (isRefresh) current = `given-${count}`;
    const replaced = isRefresh ? { refresh_token: current } : {};
    return answer(200, { access_token: `access-${count}`, token_type: "Bearer", expires_in: 3600, ...replaced });
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { issuer, asked };
}

async function makeMailbox() {
  const { deskId, mailboxId, mailbox } = await makeTestDesk(database.db, world, `token-${++desks}@desk.example`);
  return { deskId, mailboxId, address: mailbox };
}

const oauthOf = (issuer: string, more: Partial<ImapOAuth> = {}): ImapOAuth => ({
  ...{ issuer, clientId: "permanence", scope: null, grant: "refresh-token" },
  ...more,
});

test("each refresh token is used once, whoever asks at the same time, and its successor is kept sealed", async () => {
  const { issuer, asked } = await openService();
  const mailbox = await makeMailbox();
  const given = { oauth: oauthOf(issuer), secrets: { clientSecret: "s3cret", refreshToken: "given-0" } };
  const ask = () => fetchAccessToken(database.db, mailbox, given);
  expect(await ask()).toBe("access-1");
  expect((await Promise.all([ask(), ask(), ask()])).toSorted()).toEqual(["access-2", "access-3", "access-4"]);
  expect(asked[0]!.get("client_secret")).toBe("s3cret");
  const { rows } = await database.db.pool.query("select encode(sealed, 'escape') as sealed from imap_token");
  expect(JSON.stringify(rows)).not.toContain("given-");
});

test("with another refresh token given, what was kept of the former is void", async () => {
  const { issuer } = await openService();
  const mailbox = await makeMailbox();
  const ask = (refreshToken: string) =>
    fetchAccessToken(database.db, mailbox, { oauth: oauthOf(issuer), secrets: { clientSecret: null, refreshToken } });
  await ask("given-0");
  await ask("given-0"); // With what replaced it.
  expect(await ask("given-2")).toBe("access-3"); // Set by the operator.
  expect(await ask("given-2")).toBe("access-4");
});

test("a program's own credentials need no refresh token, and carry their scope", async () => {
  const { issuer, asked } = await openService();
  const scope = "https://outlook.office365.com/.default";
  const oauth = oauthOf(issuer, { grant: "client-credentials", scope });
  const secrets = { clientSecret: "s3cret", refreshToken: null };
  expect(await fetchAccessToken(database.db, await makeMailbox(), { oauth, secrets })).toBe("access-1");
  expect(Object.fromEntries(asked[0]!)).toMatchObject({ grant_type: "client_credentials", scope });
});

test.each([
  ["revoked", /gives no token: invalid_grant \(AADSTS70000: it was used or has expired\)\.$/],
  [null, /^No refresh token is set for it\.$/],
])("the refresh token %s is refused in words, and without being told", async (refreshToken, sentence) => {
  const { issuer } = await openService();
  const secrets = { clientSecret: "s3cret", refreshToken };
  const mailbox = await makeMailbox();
  const failure = await fetchAccessToken(database.db, mailbox, { oauth: oauthOf(issuer), secrets }).catch(
    (error: unknown) => describeImapFailure(error, { host: "h", port: 1, folder: "f" }),
  );
  expect(failure).toMatchObject({ sentence: expect.stringMatching(sentence) });
  expect(JSON.stringify(failure)).not.toContain("s3cret");
});

test("a sign-in service that does not answer is named", async () => {
  const secrets = { clientSecret: null, refreshToken: "x" };
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const issuer = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
  closed.close();
  const asking = fetchAccessToken(database.db, await makeMailbox(), { oauth: oauthOf(issuer), secrets });
  await expect(asking).rejects.toThrow(/^http:\S+ gives no token: .*ECONNREFUSED/);
});

test("a sealed secret opens with its own key only, and undamaged only", () => {
  const sealed = sealSecret("héritier", "key");
  expect(openSecret(sealed, "key")).toBe("héritier");
  expect(openSecret(sealed, "other")).toBeNull();
  for (let at = 0; at < sealed.length; at++) {
    const damaged = Buffer.from(sealed);
    damaged[at]! ^= 1;
    expect(openSecret(damaged, "key")).toBeNull();
  }
  expect(openSecret(Buffer.alloc(3), "key")).toBeNull();
});
