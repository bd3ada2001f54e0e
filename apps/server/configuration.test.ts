import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CONFIGURATION_FILE, publicUrl, readConfiguration } from "./configuration.ts";
import { describeRelay } from "./relay.ts";
import { Refusal } from "./refusal.ts";

test("nothing set gives the standard values", () => {
  expect(readConfiguration(folder(), {})).toMatchObject({
    databaseUrl: null,
    host: "127.0.0.1",
    port: 8080,
    smtpPort: 2525,
    smtpRelay: null,
    caps: true,
    roles: ["web", "mail", "jobs"],
  });
});

test("the environment wins over the file", () => {
  const dataDir = folder("port: 9000\nsmtpPort: 9025\ncaps: off\nroles: [web]\n");
  expect(readConfiguration(dataDir, { PERMANENCE_PORT: "9001" })).toMatchObject({
    port: 9001,
    smtpPort: 9025,
    caps: false,
    roles: ["web"],
  });
});

test.each<[Record<string, string>, RegExp]>([
  [{ PERMANENCE_PORT: "http" }, /^PERMANENCE_PORT must be a port number\.$/],
  [{ PERMANENCE_PORT: "70000" }, /^PERMANENCE_PORT must be at most 65535\.$/],
  [{ PERMANENCE_CAPS: "no" }, /^PERMANENCE_CAPS must be "on" or "off"\.$/],
  [{ PERMANENCE_ROLES: "web,smtp" }, /^PERMANENCE_ROLES must be some of/],
  [{ PERMANENCE_PUBLIC_URL: "help.example.com" }, /^PERMANENCE_PUBLIC_URL must be the http/],
  [{ PERMANENCE_MAX_MAIL_BYTES: "1" }, /^PERMANENCE_MAX_MAIL_BYTES must be at least/],
  [{ PERMANENCE_SMTP_TLS_CERT: "/a.pem" }, /belong together/],
  [{ PERMANENCE_SMPT_PORT: "25" }, /^PERMANENCE_SMPT_PORT is no setting\. The settings are: PERMANENCE_DATA, /],
  [{ DATABASE_URL: "mysql://root:s3cret@db/x" }, /^DATABASE_URL must be postgres:/],
  [{ DATABASE_URL: "postgres://u:s3cret@:x/y" }, /^DATABASE_URL must be postgres:/],
  [{ PERMANENCE_PORT: "0x50" }, /^PERMANENCE_PORT must be a port number\.$/],
  [{ PERMANENCE_SMTP_RELAY: "http://u:s3cret@relay:25" }, /^PERMANENCE_SMTP_RELAY must be smtp:/],
  [{ PERMANENCE_SMTP_RELAY: "smtp://u:s3cret@relay:25/path" }, /^PERMANENCE_SMTP_RELAY must be smtp:/],
])("%o is refused by name and without its value", (environment, sentence) => {
  const refusal = refusalOf(() => readConfiguration(folder(), environment));
  expect(refusal).toMatch(sentence);
  expect(refusal).not.toContain("s3cret");
});

test.each([
  "databaseUrl: 5",
  "host: [a]",
  "port: true",
  "smtpHost: 7",
  "smtpPort: [25]",
  "publicUrl: 1",
  "smtpRelay: {}",
  "smtpTlsCert: 1\nsmtpTlsKey: 1",
  "maxMailBytes: many",
  "caps: 3",
  "roles: 1",
])("%j in the file is refused in words", (line) => {
  expect(refusalOf(() => readConfiguration(folder(line), {}))).toMatch(/^\w+ in .*permanence\.yaml must be [^:]/);
});

test.each([
  ["127.0.0.1", "http://localhost:80"],
  ["0.0.0.0", "http://localhost:80"],
  ["192.0.2.7", "http://192.0.2.7:80"],
  ["2001:db8::7", "http://[2001:db8::7]:80"],
])("a web server on %s is reached at %s", (host, url) => {
  expect(publicUrl(readConfiguration(folder(), { PERMANENCE_HOST: host }), 80)).toBe(url);
});

test("the README names every setting", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8").replace(
    ", `_KEY`",
    "`PERMANENCE_SMTP_TLS_KEY`",
  );
  const variables = refusalOf(() => readConfiguration(folder(), { PERMANENCE_NONE: "1" })).match(
    /PERMANENCE_[A-Z_]+/g,
  )!;
  const names = refusalOf(() => readConfiguration(folder("none: 1"), {}))
    .match(/(?<=settings are: ).*/)![0]
    .slice(0, -1)
    .split(", ");
  expect(names.length).toBeGreaterThan(10);
  for (const name of [...new Set(variables).difference(new Set(["PERMANENCE_NONE"])), ...names]) {
    expect(readme).toContain(`\`${name}\``);
  }
});

test("all that is wrong is told at once, the file's place included", () => {
  const dataDir = folder("prot: 1\nsmtpRelay: smtp://u:s3cret@\n");
  const refusal = refusalOf(() => readConfiguration(dataDir, { PERMANENCE_PORT: "x" }));
  expect(refusal).toContain(`${CONFIGURATION_FILE} has a setting "prot" that does not exist`);
  expect(refusal).toMatch(/smtpRelay in .*permanence\.yaml must be smtp:/);
  expect(refusal).toContain("PERMANENCE_PORT");
  expect(refusal).not.toContain("s3cret");
});

test("a file that is no YAML is refused without quoting it", () => {
  const refusal = refusalOf(() => readConfiguration(folder('smtpRelay: "smtp://u:s3cret@\nx: ['), {}));
  expect(refusal).toContain("cannot be read");
  expect(refusal).not.toContain("s3cret");
});

test.each([
  ["smtp://relay.example", { host: "relay.example", port: 25, secure: false, login: null }],
  ["smtps://relay.example", { host: "relay.example", port: 465, secure: true, login: null }],
  ["smtp://[::1]:2500", { host: "::1", port: 2500, secure: false, login: null }],
  ["smtp://u%40x:p%2Fw@h:587", { host: "h", port: 587, secure: false, login: { user: "u@x", password: "p/w" } }],
])("the relay %s is understood", (text, relay) => {
  const { smtpRelay } = readConfiguration(folder(), { PERMANENCE_SMTP_RELAY: text });
  expect(smtpRelay).toEqual(relay);
  expect(describeRelay(smtpRelay!)).not.toContain("p/w");
});

function folder(file?: string): string {
  const path = mkdtempSync(join(tmpdir(), "permanence-configuration-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  if (file !== undefined) writeFileSync(join(path, CONFIGURATION_FILE), file);
  return path;
}

function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return (error as Refusal).message;
  }
  throw new Error("It was not refused.");
}

const OAUTH = { user: "desk@desk.example", issuer: "https://login.example", clientId: "permanence", refreshToken: "r" };

test("a relay that takes no password is signed in at by a token, from the file or as JSON", () => {
  const environment = { PERMANENCE_SMTP_RELAY: "smtp://relay.example:587" };
  const { smtpRelay } = readConfiguration("/nowhere", {
    ...environment,
    PERMANENCE_SMTP_RELAY_OAUTH: JSON.stringify(OAUTH),
  });
  expect(smtpRelay).toMatchObject({
    host: "relay.example",
    login: { user: "desk@desk.example", token: expect.any(Function) },
  });
});

test.each([
  ["smtp://relay.example", "{", /must be user, issuer and clientId/],
  ["smtp://relay.example", JSON.stringify({ ...OAUTH, refreshToken: null }), /must be user, issuer and clientId/],
  ["smtp://relay.example", JSON.stringify({ ...OAUTH, issuer: "http://login.example" }), /must be user, issuer/],
  ["smtp://relay.example", JSON.stringify({ ...OAUTH, passwort: "x" }), /must be user, issuer/],
  ["smtp://a:b@relay.example", JSON.stringify(OAUTH), /set one of them/],
  ["", JSON.stringify(OAUTH), /needs PERMANENCE_SMTP_RELAY/],
])("relay %s with %s is refused", (relay, oauth, sentence) => {
  const environment = { PERMANENCE_SMTP_RELAY: relay, PERMANENCE_SMTP_RELAY_OAUTH: oauth };
  expect(() => readConfiguration("/nowhere", environment)).toThrow(sentence);
});
