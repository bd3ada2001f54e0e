import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { DeskId } from "@permanence/database";
import { fromIso } from "@permanence/kernel";
import { examineProof, makeDayHeads, stampDayHeads } from "@permanence/proof";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

const run = promisify(execFile);
const HAS_OPENSSL = spawnSync("openssl", ["version"]).status === 0;
const DAY_MS = 86_400_000;

let service: TestApi;
let deskId: DeskId;
let tickets: string[];
beforeAll(async () => {
  service = await openTestApi("day heads");
  for (const n of [1, 2, 3]) await service.receive(mailFrom(n));
  const { items } = (await service.call("GET", "/tickets")).body as { items: { id: string }[] };
  tickets = items.map(({ id }) => id);
  deskId = (await proofOf(tickets[0]!)).body.desk.id;
});
afterAll(() => service?.close());

function mailFrom(n: number): string {
  return `From: Z${n} <z${n}@agence.example>\nTo: helpdesk@whise.eu\nSubject: ${n}\nMessage-ID: <${n}@agence.example>\n\nBonjour.\n`;
}

async function proofOf(ticketId: string) {
  const text = `${JSON.stringify((await service.call("GET", `/tickets/${ticketId}/proof`)).body)}\n`;
  const body = (JSON.parse(text) as { body: { desk: { id: DeskId }; days: { day: string; stamp: string | null }[] } })
    .body;
  return { bytes: Buffer.from(text), body };
}

const heads = () =>
  service.db.transaction(deskId, (tx) => tx.selectFrom("day_head").selectAll().orderBy("day").execute());

test("a day has its head once it is over, once, and each ticket of it its way there", async () => {
  await makeDayHeads(service.db, service.world, deskId);
  expect((await heads()).map(({ count }) => count)).toEqual([0]); // The day before.
  service.clock.advance(fromIso("2026-11-24T00:14:59Z")! - service.clock.now());
  await makeDayHeads(service.db, service.world, deskId);
  expect(await heads()).toHaveLength(1);
  service.clock.advance(fromIso("2026-11-24T00:15:00Z")! - service.clock.now());
  await Promise.all([1, 2, 3].map(() => makeDayHeads(service.db, service.world, deskId)));
  expect((await heads()).map(({ count }) => count)).toEqual([0, 3]);
  for (const id of tickets) {
    const { bytes, body } = await proofOf(id);
    expect(body.days.map(({ day }) => day)).toEqual(["2026-11-23"]);
    expect((await examineProof(bytes)).findings).toContainEqual({ code: "day", holds: true, day: "2026-11-23" });
  }
});

test("days on which the program did not run are made up for, and each head covers the one before", async () => {
  await service.receive(mailFrom(4));
  service.clock.advance(3 * DAY_MS);
  await makeDayHeads(service.db, service.world, deskId);
  const all = await heads();
  expect(all.map(({ count }) => count)).toEqual([0, 3, 1, 0, 0]);
  for (const [i, { previous }] of all.entries()) if (i > 0) expect(previous).toEqual(all[i - 1]!.head);
});

test("an authority confirms the heads, and the proof says who and when", async (context) => {
  if (!HAS_OPENSSL) context.skip("OpenSSL is not installed: no authority to ask");
  const authority = await Authority.start();
  try {
    await stampDayHeads(service.db, service.world, deskId, authority.url);
    expect((await heads()).map(({ stamp_error }) => stamp_error)).toEqual([null, null, null, null, null]);
    const { bytes } = await proofOf(tickets[0]!);
    const { findings, holds } = await examineProof(bytes);
    expect(findings).toContainEqual({
      ...{ code: "stamp", holds: true, day: "2026-11-23", authority: "Time Authority for tests" },
      at: expect.any(Date),
    });
    expect(holds).toBe(true);
  } finally {
    authority.stop();
  }
});

test("an authority that does not answer, or answers something else, is on record and asked again later", async () => {
  await service.receive(mailFrom(5));
  service.clock.advance(DAY_MS);
  await makeDayHeads(service.db, service.world, deskId);
  const liar = createServer((_, response) => response.end("yes")).listen(0, "127.0.0.1");
  await new Promise((ready) => liar.once("listening", ready));
  const url = `http://127.0.0.1:${(liar.address() as AddressInfo).port}/`;
  await stampDayHeads(service.db, service.world, deskId, url);
  await new Promise((done) => liar.close(done));
  const failed = (await heads()).filter(({ stamp_error }) => stamp_error !== null);
  expect(failed).toHaveLength(1);
  expect(failed[0]!.stamp_error).toMatch(/cannot be read/);
  await stampDayHeads(service.db, service.world, deskId, url);
  expect((await heads()).some(({ stamp_error }) => stamp_error?.includes("fetch"))).toBe(false); // Too soon.
  service.clock.advance(11 * 60_000);
  await stampDayHeads(service.db, service.world, deskId, url);
  expect((await heads()).some(({ stamp_error }) => stamp_error?.includes("fetch"))).toBe(true);
});

/** A real one, on loopback: OpenSSL's. */
class Authority {
  readonly url: string;
  readonly #server: Server;
  readonly #folder: string;

  private constructor(server: Server, folder: string) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    this.#server = server;
    this.#folder = folder;
  }

  static async start(): Promise<Authority> {
    const folder = mkdtempSync(join(tmpdir(), "permanence-tsa-"));
    const at = (name: string) => join(folder, name);
    writeFileSync(at("serial"), "01\n");
    writeFileSync(at("tsa.cnf"), configuration(folder));
    await run("openssl", [
      ...[
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-keyout",
        at("key.pem"),
        "-out",
        at("cert.pem"),
      ],
      ...["-subj", "/CN=Time Authority for tests", "-config", at("tsa.cnf"), "-extensions", "stamping"],
    ]);
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        writeFileSync(at("query"), Buffer.concat(parts));
        const reply = ["ts", "-reply", "-config", at("tsa.cnf"), "-queryfile", at("query")];
        execFile("openssl", reply, { encoding: "buffer" }, (error, answer) => {
          response.writeHead(error ? 500 : 200, { "content-type": "application/timestamp-reply" }).end(answer);
        });
      });
    }).listen(0, "127.0.0.1");
    await new Promise((ready) => server.once("listening", ready));
    return new Authority(server, folder);
  }

  stop(): void {
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function configuration(folder: string): string {
  return `
[req]
distinguished_name = name
[name]
[stamping]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = own
[own]
serial = ${folder}/serial
crypto_device = builtin
signer_cert = ${folder}/cert.pem
signer_key = ${folder}/key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
`;
}
