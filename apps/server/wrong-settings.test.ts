import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testDatabase, type TestDatabase } from "@permanence/database";
import { TEST_CERTIFICATE } from "@permanence/mail";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { runCommandLine } from "./command-line.ts";
import { Refusal } from "./refusal.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.close());

/** What `permanence` says of these settings; they must keep it from running. */
async function refusalOf(argv: string[], environment: Record<string, string> = {}): Promise<string> {
  const settings = { DATABASE_URL: database.url, PERMANENCE_DATA: folder(), ...environment };
  const refusal = await runCommandLine(argv, { environment: settings, print: () => {}, report: () => {} }).catch(
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(Refusal);
  return (refusal as Refusal).message;
}

const START = ["start", "--port", "0", "--smtp-port", "0"];

test("a port that is taken stops the start", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  onTestFinished(() => void holder.close());
  const port = String((holder.address() as AddressInfo).port);
  expect(await refusalOf([...START, "--smtp-port", port])).toMatch(
    /SMTP server cannot listen: port \d+ of 127\.0\.0\.1 is in use.*--smtp-port or PERMANENCE_SMTP_PORT/,
  );
});

test.each([
  [{ PERMANENCE_HOST: "999.1.1.1" }, /^PERMANENCE_HOST names "999\.1\.1\.1"/],
  [{ PERMANENCE_HOST: "203.0.113.9" }, /^PERMANENCE_HOST names 203\.0\.113\.9, which is no address of this machine/],
  [{ PERMANENCE_SMTP_HOST: "a b" }, /^PERMANENCE_SMTP_HOST names "a b"/],
])("an address that is none stops the start: %o", async (environment, sentence) => {
  expect(await refusalOf(START, environment)).toMatch(sentence);
});

test("certificates that TLS cannot be spoken with stop the start", async () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const cert = file("own.pem", TEST_CERTIFICATE.cert);
  const key = file("own-key.pem", TEST_CERTIFICATE.key);
  const otherKey = file("other-key.pem", privateKey.export({ type: "pkcs8", format: "pem" }));
  const words = file("words.pem", "These are words.");
  const of = (cert: string, key: string) =>
    refusalOf(START, { PERMANENCE_SMTP_TLS_CERT: cert, PERMANENCE_SMTP_TLS_KEY: key });
  expect(await of(words, key)).toMatch(/^PERMANENCE_SMTP_TLS_CERT names .*words\.pem, which holds no certificate/);
  expect(await of(cert, words)).toMatch(/^PERMANENCE_SMTP_TLS_KEY names .*words\.pem, which holds no private key/);
  expect(await of(cert, otherKey)).toMatch(/^PERMANENCE_SMTP_TLS_KEY names .*the key of another certificate/);
  expect(await of(join(words, "no"), key)).toMatch(/^PERMANENCE_SMTP_TLS_CERT names .* cannot be read/);
});

const COMMANDS = [START, ["migrate"], ["agent", "add", "--email", "a@b.be", "--name", "A"]];

test.each(COMMANDS)("a database that does not answer is a sentence, for %s", async (...argv) => {
  const url = "postgres://permanence:s3cret@127.0.0.1:1/permanence";
  const sentence = await refusalOf(argv, { DATABASE_URL: url });
  expect(sentence).toMatch(
    /^The database cannot be used: connect ECONNREFUSED 127\.0\.0\.1:1\. Nothing was changed\. Check DATABASE_URL/,
  );
});

test.each(COMMANDS)("a data folder that cannot be made is a sentence, for %s", async (...argv) => {
  const sentence = await refusalOf(argv, { DATABASE_URL: "", PERMANENCE_DATA: "/proc/permanence" });
  expect(sentence).toMatch(/^The data folder \/proc\/permanence cannot be made: /);
});

test.each([
  ["/proc/self", /^\/proc\/self\/permanence\.lock cannot be written: /],
  ["/etc/hostname", /^The data folder \/etc\/hostname is no folder\./],
])("a data folder that cannot be written is a sentence: %s", async (dataDir, sentence) => {
  expect(await refusalOf([...START, "--data", dataDir], { DATABASE_URL: "" })).toMatch(sentence);
});

test.each([[["agent", "add", "--email", "a@b.be", "--name", "A"]], [["desk", "apply", "examples/whise"]]])(
  "before the database is migrated, %o says so",
  async (argv) => {
    const url = await emptyDatabase(`empty_${argv[0]}`);
    expect(await refusalOf(argv, { DATABASE_URL: url })).toMatch(
      /^The database lacks 0001.*Run first: permanence migrate/,
    );
  },
);

async function emptyDatabase(name: string): Promise<string> {
  const { directory } = database.db;
  await sql`create database ${sql.id(name)} encoding UTF8 template template0`.execute(directory);
  onTestFinished(async () => void (await sql`drop database ${sql.id(name)} with (force)`.execute(directory)));
  return database.url.replace(/\/test_\d+\?/, `/${name}?`);
}

function file(name: string, text: string): string {
  const path = join(folder(), name);
  writeFileSync(path, text);
  return path;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "permanence-settings-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}
