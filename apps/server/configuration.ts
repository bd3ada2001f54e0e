import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { IMAP_PASSWORD_VARIABLE, type ImapPasswords, imapPasswordsSchema, withPasswordsOf } from "./imap-passwords.ts";
import { type Relay, relayOAuthSchema, relaySchema, withOAuth } from "./relay.ts";
import { readAllowedHosts } from "@permanence/duty";
import type { RelayOAuth } from "@permanence/mail";
import { Refusal } from "./refusal.ts";

const ROLES = ["web", "mail", "jobs"] as const;
export type Role = (typeof ROLES)[number];

/** The installation's settings. It holds secrets (in `databaseUrl`, `smtpRelay`, `imapPasswords`, `secretKey`): never print it whole. */
export type Configuration = {
  dataDir: string;
  /** Null: the embedded PostgreSQL in the data folder. */
  databaseUrl: string | null;
  /** The address that the web server listens on, and the SMTP server where `smtpHost` is null. */
  host: string;
  /** 0: any free port. */
  port: number;
  smtpHost: string | null;
  smtpPort: number;
  publicUrl: string | null;
  /** Null: mail stays in the mailroom. */
  smtpRelay: Relay | null;
  /** How to sign in at the relay where it takes no password; null where it does, or nobody signs in. */
  smtpRelayOAuth: RelayOAuth | null;
  /** Paths of PEM files; both or neither. */
  smtpTlsCert: string | null;
  smtpTlsKey: string | null;
  imapPasswords: ImapPasswords;
  maxMailBytes: number;
  /** Whether caps per sender and hour hold back mail. */
  caps: boolean;
  /** Whether mail from the internet is checked for who sent it. */
  senderChecks: boolean;
  /** The time-stamping authority (RFC 3161) that confirms the head of each day. Null: none does. */
  timestampUrl: string | null;
  /** Hosts of the own network, "host:port", that pages may be sent to. */
  webhookAllow: string[];
  /** What secrets in the database are sealed with. Null: a key that is made in the data folder. */
  secretKey: string | null;
  roles: Role[];
};

type Settings = Omit<Configuration, "dataDir">;
type Setting<T> = { variable: string; schema: z.ZodType<T>; standard: T };

/** A number as the file has it, or as the environment spells it. */
const digits = (value: unknown) => (typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value);
const port = z.preprocess(
  digits,
  z.int("must be a port number").min(0, "must be a port number").max(65_535, "must be at most 65535"),
);
const address = z.string("must be an address to listen on").min(1, "must be an address to listen on");
const onOrOff = z.union(
  [z.boolean(), z.enum(["on", "off"]).transform((word) => word === "on")],
  'must be "on" or "off"',
);
const KEY_FORM = "must be at least 32 characters of chance";
const HOST_AND_PORT = 'must be hosts with their ports, such as "localhost:9000,sms.lan:443"';
const path = z.string("must be a path").min(1, "must be a path");
const DATABASE_FORM = "must be postgres://user:password@host:port/database";
const isDatabaseUrl = (text: string) => /^postgres(ql)?:\/\/\S+$/.test(text) && URL.canParse(text);

/** Every setting: its environment variable, what it may be, and what it is when nobody says. Its name is the file's. */
const SETTINGS: { [K in keyof Settings]: Setting<Settings[K]> } = {
  databaseUrl: {
    variable: "DATABASE_URL",
    schema: z.string(DATABASE_FORM).refine(isDatabaseUrl, DATABASE_FORM),
    standard: null,
  },
  host: { variable: "PERMANENCE_HOST", schema: address, standard: "127.0.0.1" },
  port: { variable: "PERMANENCE_PORT", schema: port, standard: 8080 },
  smtpHost: { variable: "PERMANENCE_SMTP_HOST", schema: address, standard: null },
  smtpPort: { variable: "PERMANENCE_SMTP_PORT", schema: port, standard: 2525 },
  publicUrl: {
    variable: "PERMANENCE_PUBLIC_URL",
    schema: z
      .url({ protocol: /^https?$/, error: "must be the http:// or https:// address at which browsers reach the site" })
      .transform((url) => url.replace(/\/+$/, "")),
    standard: null,
  },
  smtpRelay: { variable: "PERMANENCE_SMTP_RELAY", schema: relaySchema, standard: null },
  smtpRelayOAuth: { variable: "PERMANENCE_SMTP_RELAY_OAUTH", schema: relayOAuthSchema, standard: null },
  smtpTlsCert: { variable: "PERMANENCE_SMTP_TLS_CERT", schema: path, standard: null },
  smtpTlsKey: { variable: "PERMANENCE_SMTP_TLS_KEY", schema: path, standard: null },
  imapPasswords: { variable: IMAP_PASSWORD_VARIABLE, schema: imapPasswordsSchema, standard: {} },
  maxMailBytes: {
    variable: "PERMANENCE_MAX_MAIL_BYTES",
    schema: z.preprocess(
      digits,
      z
        .int("must be a whole number of bytes")
        .min(65_536, "must be at least 65536")
        .max(500_000_000, "must be at most 500000000"),
    ),
    standard: 36_700_160, // 35 MiB: the most that the large mail services send, encoded.
  },
  caps: {
    variable: "PERMANENCE_CAPS",
    schema: onOrOff,
    standard: true,
  },
  senderChecks: { variable: "PERMANENCE_SENDER_CHECKS", schema: onOrOff, standard: true },
  timestampUrl: {
    variable: "PERMANENCE_TIMESTAMP_URL",
    schema: z.url({
      protocol: /^https?$/,
      error: "must be the http:// or https:// address of a time-stamping authority",
    }),
    standard: null,
  },
  webhookAllow: {
    variable: "PERMANENCE_WEBHOOK_ALLOW",
    schema: z.preprocess(
      (value) => (typeof value === "string" ? readAllowedHosts(value) : value),
      z.array(z.string(HOST_AND_PORT), HOST_AND_PORT),
    ),
    standard: [],
  },
  secretKey: {
    variable: "PERMANENCE_SECRET_KEY",
    schema: z.string(KEY_FORM).min(32, KEY_FORM),
    standard: null,
  },
  roles: {
    variable: "PERMANENCE_ROLES",
    schema: z.preprocess(
      (value) => (typeof value === "string" ? value.split(",").map((word) => word.trim()) : value),
      z
        .array(z.enum(ROLES, "must be some of web,mail,jobs"), "must be some of web,mail,jobs")
        .min(1, "must be some of web,mail,jobs"),
    ),
    standard: [...ROLES],
  },
};

export const CONFIGURATION_FILE = "permanence.yaml";

/** Variables of the same family that are no settings: the data folder's own place, and those that steer the tests. Passwords of mailboxes
 *  have a variable each. */
const OTHER_VARIABLES = /^PERMANENCE_(IMAP_PASSWORD_|DATA$|CORPORA$|LONG$|TEST_)/;

/** Reads the settings: the environment, else `permanence.yaml` in the data folder, else the standard value.
 *  Refuses with one sentence for each unknown name and wrong value; no sentence repeats a value, which may hold a password. */
export function readConfiguration(dataDir: string, environment: NodeJS.ProcessEnv): Configuration {
  const errors: string[] = [];
  const path = join(dataDir, CONFIGURATION_FILE);
  const file = readFile(path, errors);
  refuseUnknownVariables(environment, errors);

  const configuration: Record<string, unknown> = { dataDir };
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const fromEnvironment = environment[setting.variable];
    const isSet = fromEnvironment !== undefined && fromEnvironment !== "";
    const value = isSet ? fromEnvironment : (file[name] ?? null);
    const result = setting.schema.safeParse(value);
    if (value === null) configuration[name] = setting.standard;
    else if (result.success) configuration[name] = result.data;
    else errors.push(`${isSet ? setting.variable : `${name} in ${path}`} ${result.error.issues[0]!.message}.`);
  }
  configuration["imapPasswords"] = withPasswordsOf(environment, configuration["imapPasswords"] as ImapPasswords);
  refuseHalfCertificate(configuration, errors);
  signInByToken(configuration as Configuration, errors);
  if (errors.length > 0) throw new Refusal(errors.join("\n"));
  return configuration as Configuration;
}

function signInByToken(configuration: Configuration, errors: string[]): void {
  const { smtpRelay, smtpRelayOAuth } = configuration;
  if (!smtpRelayOAuth) return;
  if (!smtpRelay) errors.push("PERMANENCE_SMTP_RELAY_OAUTH needs PERMANENCE_SMTP_RELAY: which relay to sign in at.");
  else if (smtpRelay.login)
    errors.push("PERMANENCE_SMTP_RELAY has a password and PERMANENCE_SMTP_RELAY_OAUTH a token: set one of them.");
  else configuration.smtpRelay = withOAuth(smtpRelay, smtpRelayOAuth);
}

/** Reads the value of --roles as PERMANENCE_ROLES is read. */
export function readRoles(text: string): Role[] {
  const result = SETTINGS.roles.schema.safeParse(text);
  if (result.success) return result.data;
  throw new Refusal(`--roles ${result.error.issues[0]!.message}, not "${text}".`, 2);
}

/** Listening on these is reached by the machine's own name for itself. */
const SELF = new Set(["127.0.0.1", "::1", "localhost", "0.0.0.0", "::"]);

/** The address that links carry: the configured one, else where the web server listens. */
export function publicUrl({ publicUrl, host }: Configuration, listeningPort: number): string {
  if (publicUrl !== null) return publicUrl;
  const name = SELF.has(host) ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${listeningPort}`;
}

function readFile(path: string, errors: string[]): Record<string, unknown> {
  try {
    const settings: unknown = parse(readFileSync(path, "utf8")) ?? {};
    if (typeof settings !== "object" || Array.isArray(settings))
      throw new Error("it must consist of `name: value` lines");
    const known = Object.keys(SETTINGS);
    for (const name of Object.keys(settings!)) {
      if (!known.includes(name))
        errors.push(`${path} has a setting "${name}" that does not exist. The settings are: ${known.join(", ")}.`);
    }
    return settings as Record<string, unknown>;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return {};
    const [firstLine] = (error as Error).message.split("\n"); // The lines after it quote the file, passwords included.
    const isFile = code === "ENOTDIR";
    errors.push(
      isFile
        ? `The data folder ${dirname(path)} is no folder. Name another with --data.`
        : `${path} cannot be read: ${firstLine}`,
    );
    return {};
  }
}

function refuseUnknownVariables(environment: NodeJS.ProcessEnv, errors: string[]): void {
  const known = Object.values(SETTINGS).map((setting): string => setting.variable);
  for (const variable of Object.keys(environment)) {
    if (!variable.startsWith("PERMANENCE_") || known.includes(variable) || OTHER_VARIABLES.test(variable)) continue;
    const names = known.filter((name) => name.startsWith("PERMANENCE_"));
    errors.push(`${variable} is no setting. The settings are: PERMANENCE_DATA, ${names.join(", ")}.`);
  }
}

function refuseHalfCertificate(configuration: Record<string, unknown>, errors: string[]): void {
  if ((configuration["smtpTlsCert"] === null) !== (configuration["smtpTlsKey"] === null)) {
    errors.push("PERMANENCE_SMTP_TLS_CERT and PERMANENCE_SMTP_TLS_KEY belong together: set both or neither.");
  }
}
