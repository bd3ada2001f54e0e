import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { hostname } from "node:os";
import { instant } from "@permanence/kernel";
import { expect, onTestFinished, test } from "vitest";
import type { Role } from "../configuration.ts";
import type { RunningService } from "../running-service.ts";
import { checkService, checkSmtp, checkWeb } from "./service-checks.ts";

function service(changes: Partial<RunningService>): RunningService {
  return {
    ...{ machine: hostname(), pid: 1, roles: ["web", "mail", "jobs"], web: null, smtp: null, relay: null },
    ...{ maxMailBytes: 1, caps: true, startedAt: instant(0) },
    ...changes,
  };
}

/** A server that says `words` to whoever connects, and closes. */
async function server(words: string): Promise<number> {
  const listening = createServer((socket) => void socket.on("error", () => {}).end(words)).listen(0, "127.0.0.1");
  await once(listening, "listening");
  onTestFinished(() => void listening.close());
  return (listening.address() as AddressInfo).port;
}

test.each<[Role[][], string[]]>([
  [[["web", "mail", "jobs"]], ["ok"]],
  [
    [["web"], ["mail", "jobs"]],
    ["ok", "ok"],
  ],
  [[["web"]], ["ok", "fail", "fail"]],
  [[], ["warn"]],
])("processes with the roles %j are %j", (roles, levels) => {
  const services = roles.map((each) => service({ roles: each }));
  expect(checkService(services, false).map(({ level }) => level)).toEqual(levels);
});

test("what is missing can be started beside the others only where they share a database", () => {
  const advice = (isEmbedded: boolean) => checkService([service({ roles: ["web", "mail"] })], isEmbedded)[1]!.advice;
  expect(advice(false)).toBe("Start one: permanence start --roles jobs");
  expect(advice(true)).toContain("without --roles");
});

test.each([
  ["220 desk.example ESMTP\r\n", "ok", /answers "220 desk\.example ESMTP"/],
  ["421 Too many\r\n", "fail", /answers "421 Too many"/],
  ["", "fail", /closed the connection without a word/],
])("an SMTP server that says %j is %s", async (words, level, sentence) => {
  const smtp = { host: "127.0.0.1", port: await server(words), tls: false };
  expect(await checkSmtp([service({ smtp })])).toMatchObject([{ level, sentence: expect.stringMatching(sentence) }]);
});

test("a server that is gone fails, and another machine's that only it can see is not judged", async () => {
  const smtp = { host: "127.0.0.1", port: 1, tls: false };
  expect(await checkSmtp([service({ smtp })])).toMatchObject(
    [{ level: "fail", sentence: /ECONNREFUSED/ }].map(matching),
  );
  expect(await checkSmtp([service({ smtp, machine: "elsewhere" })])).toMatchObject([{ level: "warn" }]);
  const web = { url: "http://localhost:1", host: "0.0.0.0", port: 1 };
  expect(await checkWeb([service({ web })])).toMatchObject([{ level: "fail" }]);
});

function matching({ level, sentence }: { level: string; sentence: RegExp }) {
  return { level, sentence: expect.stringMatching(sentence) };
}
