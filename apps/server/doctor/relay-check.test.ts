import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { checkRelay } from "./relay-check.ts";
import type { RelayToTry } from "./relays-in-use.ts";

test("no relay is worth a warning, with the way to set one", async () => {
  expect(await checkRelay(null)).toMatchObject({
    level: "warn",
    advice: expect.stringContaining("PERMANENCE_SMTP_RELAY"),
  });
});

test("a relay that reports on delivery is fine", async () => {
  const finding = await checkRelay(await relay("250-relay.example\r\n250-SIZE 1000\r\n250 DSN\r\n"));
  expect(finding).toMatchObject({ level: "ok", sentence: expect.stringContaining("unencrypted, and reports") });
});

test("a relay without delivery reports is worth a warning", async () => {
  const finding = await checkRelay(await relay("250-relay.example\r\n250-DSNX\r\n250 SIZE 1000\r\n"));
  expect(finding).toMatchObject({ level: "warn", sentence: expect.stringContaining("no delivery reports") });
});

test("a relay that nobody listens at fails, and its password is not told", async () => {
  const closed = await relay("");
  const login = { user: "u", password: "s3cret" };
  const finding = await checkRelay({ ...closed, port: 1, login });
  expect(finding).toMatchObject({ level: "fail", sentence: expect.stringContaining("ECONNREFUSED") });
  expect(JSON.stringify(finding)).not.toContain("s3cret");
});

test("a relay that speaks no TLS where it should is told in one sentence", async () => {
  const finding = await checkRelay({ ...(await relay("250 relay.example\r\n")), secure: true });
  expect(finding).toMatchObject({
    level: "fail",
    sentence: expect.stringMatching(/TLS failed with it: wrong version number; [^\n]+\.$/),
  });
});

test("a password that the running service alone knows is not tried, and that is said", async () => {
  const known = await relay("250-relay.example\r\n250 DSN\r\n");
  const finding = await checkRelay({ ...known, login: { user: "u", password: "" }, passwordKnown: false });
  expect(finding).toMatchObject({ level: "ok", sentence: expect.stringContaining("was not tried") });
});

test("a relay that hangs up fails", async () => {
  expect(await checkRelay(await relay("421 going down\r\n"))).toMatchObject({ level: "fail" });
});

/** Greets, and gives `answer` to whatever it is told. */
async function relay(answer: string): Promise<RelayToTry> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => {}).write("220 relay.example ESMTP\r\n");
    socket.on("data", (data) => (/^QUIT/i.test(String(data)) ? socket.end("221 bye\r\n") : socket.write(answer)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return {
    host: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    secure: false,
    login: null,
    passwordKnown: true,
  };
}
