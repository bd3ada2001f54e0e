import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { Relay } from "../relay.ts";
import { checkRelay } from "./relay-check.ts";

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

test("a relay that hangs up fails", async () => {
  expect(await checkRelay(await relay("421 going down\r\n"))).toMatchObject({ level: "fail" });
});

/** Greets, and gives `answer` to whatever it is told. */
async function relay(answer: string): Promise<Relay> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => {}).write("220 relay.example ESMTP\r\n");
    socket.on("data", (data) => (/^QUIT/i.test(String(data)) ? socket.end("221 bye\r\n") : socket.write(answer)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port, secure: false, login: null };
}
