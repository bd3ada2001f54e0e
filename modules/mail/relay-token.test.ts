import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { systemClock } from "@permanence/kernel";
import { SMTPServer } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { openRelay } from "./relay.ts";
import { type RelayOAuth, relayTokens } from "./relay-token.ts";

const MAIL = {
  from: "a@desk.example",
  to: "z@agence.be",
  bytes: Buffer.from("Subject: x\r\n\r\nx\r\n"),
  envelopeId: null,
};

/** A sign-in service that replaces each refresh token. */
async function openService(lastsSeconds: number) {
  const asked: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.url?.includes("well-known")) return answer(200, { issuer, token_endpoint: `${issuer}/token` });
    const form = new URLSearchParams(await text(request));
    if (form.get("refresh_token") !== `refresh-${asked.length}`) return answer(400, { error: "invalid_grant" });
    asked.push(form);
    const refreshed = { access_token: `access-${asked.length}`, refresh_token: `refresh-${asked.length}` };
    answer(200, { ...refreshed, token_type: "Bearer", expires_in: lastsSeconds });
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return { issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** A relay that takes mail from whoever brings a token that `accepts` says yes to. */
async function openTokenRelay(accepts: (token: string) => boolean) {
  const tried: string[] = [];
  const server = new SMTPServer({
    authMethods: ["XOAUTH2"],
    allowInsecureAuth: true,
    hideSTARTTLS: true,
    onAuth(auth, _session, tell) {
      tried.push(`${auth.username} ${auth.accessToken}`);
      if (accepts(auth.accessToken!)) tell(null, { user: auth.username! });
      else tell(null, { data: { status: "401", schemes: "bearer" } });
    },
    onData(stream, _session, done) {
      stream.resume().on("end", () => done());
    },
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => server.close());
  return { port: (server.server.address() as AddressInfo).port, tried };
}

function relayWith(port: number, oauth: RelayOAuth) {
  const login = { user: oauth.user, token: relayTokens(oauth, systemClock) };
  const relay = openRelay({
    address: { host: "127.0.0.1", port, secure: false, login },
    clock: systemClock,
    log: () => {},
  });
  onTestFinished(() => relay.close());
  return relay;
}

const oauthOf = (issuer: string): RelayOAuth => ({
  ...{ user: "desk@desk.example", issuer, clientId: "permanence", scope: "smtp" },
  ...{ grant: "refresh-token", clientSecret: "s3cret", refreshToken: "refresh-0" },
});

test("a relay that wants a token gets one, and the same for each session while it is good", async () => {
  const { issuer, asked } = await openService(3_600);
  const { port, tried } = await openTokenRelay(() => true);
  const relay = relayWith(port, oauthOf(issuer));
  const answers = await Promise.all([1, 2, 3].map(() => relay.send(MAIL)));
  expect(answers.map(({ outcome }) => outcome)).toEqual(["taken", "taken", "taken"]);
  expect(new Set(tried)).toEqual(new Set(["desk@desk.example access-1"]));
  expect(asked).toHaveLength(1);
  expect(Object.fromEntries(asked[0]!)).toMatchObject({ client_secret: "s3cret", scope: "smtp" });
});

test("a token that the relay does not take is asked for anew, by the refresh token that came with it", async () => {
  const { issuer } = await openService(3_600);
  const { port, tried } = await openTokenRelay((token) => token === "access-2");
  expect(await relayWith(port, oauthOf(issuer)).send(MAIL)).toMatchObject({ outcome: "taken" });
  expect(tried).toEqual(["desk@desk.example access-1", "desk@desk.example access-2"]);
});

test("a token that is about to end is not begun with", async () => {
  const { issuer } = await openService(30);
  const tokens = relayTokens(oauthOf(issuer), systemClock);
  expect([await tokens(false), await tokens(false)]).toEqual(["access-1", "access-2"]);
});

test("a service that gives no token is a relay that cannot be reached: mail waits, and the reason is told", async () => {
  const { issuer } = await openService(3_600);
  const { port } = await openTokenRelay(() => true);
  const relay = relayWith(port, { ...oauthOf(issuer), refreshToken: "stolen" });
  const answer = await relay.send(MAIL);
  expect(answer.outcome).toBe("unreachable");
  expect(answer.answer).toContain("gives no token: invalid_grant");
});
