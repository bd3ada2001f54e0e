import type { Db } from "@permanence/database";
import { type Instant, instant } from "@permanence/kernel";
import type { FetchedMailbox, ImapSettings } from "@permanence/people";
import { ImapFlow } from "imapflow";
import { ImapRefusal } from "./imap-failure.ts";
import { fetchAccessToken, type ImapOAuth } from "./imap-token.ts";

/** What stands for a password: itself, or a token that is asked for. */
export type ImapSecret = { password: string | null; accessToken?: () => Promise<string> };

/** The password of a mailbox; null where nobody has given one. Of one that is signed in to by OAuth 2 it is the client's
 *  secret, and "<address> refresh" is asked for as well. */
export type PasswordOf = (name: string) => string | null;

/** A mailbox on a mail server, and how one comes to it. Holds secrets: never log it. */
export type ImapSource = Omit<ImapSettings, "since"> & {
  secret: ImapSecret;
  /** Mail that the server received before is left, or history. Null: all that was there when it was first opened. */
  since: Instant | null;
  /** From when older mail is imported as history; null where it is left. */
  historyFrom: Instant | null;
};

/** What an admin chose for a mailbox: it counts over desk.yaml. */
export type TakingChoice = { chosenFrom: Instant | null; historyFrom: Instant | null };

export const NO_CHOICE: TakingChoice = { chosenFrom: null, historyFrom: null };

export type ImapLimits = typeof IMAP_LIMITS;

export const IMAP_LIMITS = {
  connectMs: 15_000,
  silenceMs: 90_000, // More than a poll's pause, so that a connection that waits is not taken for a dead one.
  mailBytes: 36_700_160,
};

/** Where a mailbox's mail is, how one signs in there, and from when mail is wanted. */
export function imapSource(
  db: Db,
  mailbox: FetchedMailbox,
  passwordOf: PasswordOf,
  { chosenFrom, historyFrom }: TakingChoice = NO_CHOICE,
): ImapSource {
  const { imap, timeZone, address } = mailbox;
  const { since, ...settings } = imap;
  const { oauth } = imap;
  const secret = oauth === null ? { password: passwordOf(address) } : tokenOf(db, mailbox, oauth, passwordOf);
  const ofSettings = since === null ? null : startOfDay(since, timeZone);
  return { ...settings, secret, since: chosenFrom ?? ofSettings, historyFrom };
}

/** @param date such as "2026-11-25" */
export function startOfDay(date: string, timeZone: string): Instant {
  return instant(Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds);
}

function tokenOf(db: Db, mailbox: FetchedMailbox, oauth: ImapOAuth, passwordOf: PasswordOf): ImapSecret {
  const { address } = mailbox;
  const secrets = { clientSecret: passwordOf(address), refreshToken: passwordOf(`${address} refresh`) };
  return { password: null, accessToken: () => fetchAccessToken(db, mailbox, { oauth, secrets }) };
}

/** For people, and to know whose numbers a position has: without the password. */
export function describeSource({ user, host, port, folder }: ImapSource): string {
  return `${user} at ${host}:${port}, ${folder}`;
}

/** A folder's path as imapflow takes it: the server's own delimiter is put between the parts. */
export function pathOf(folder: string): string[] {
  return folder.split("/");
}

/**
 * Connects and signs in. TLS is checked, and STARTTLS is not optional: whoever stands between could leave it out, and
 * read the password. Throws what `describeImapFailure` explains.
 * @param signal closes the connection, at whatever time
 */
export async function connectImap(
  source: ImapSource,
  { limits = IMAP_LIMITS, signal }: { limits?: ImapLimits; signal?: AbortSignal } = {},
): Promise<ImapFlow> {
  const { host, port, security, user } = source;
  const auth = { user, ...(await credentialOf(source.secret)) };
  const client = new ImapFlow({
    ...{ host, port, secure: security === "tls", doSTARTTLS: security === "starttls", auth },
    ...{ connectionTimeout: limits.connectMs, greetingTimeout: limits.connectMs, socketTimeout: limits.silenceMs },
    ...{ disableAutoIdle: true, disableCompression: true, logger: false },
    clientInfo: { name: "Permanence" },
    // What a server announces is not what it sends: the size that it told is checked before, this is the wall behind.
    maxLiteralSize: limits.mailBytes + 65_536,
  });
  client.on("error", () => {}); // Told by what was under way, and by "close".
  const close = () => client.close();
  signal?.addEventListener("abort", close, { once: true });
  client.once("close", () => signal?.removeEventListener("abort", close));
  try {
    signal?.throwIfAborted();
    await client.connect();
    signal?.throwIfAborted();
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}

async function credentialOf({
  password,
  accessToken,
}: ImapSecret): Promise<{ pass: string } | { accessToken: string }> {
  if (accessToken) return { accessToken: await accessToken() };
  if (password === null) throw new ImapRefusal("no-password");
  return { pass: password };
}

/** Fails as soon as the connection ends, whatever becomes of what was asked. */
export async function whileOpen<T>(client: ImapFlow, work: Promise<T>): Promise<T> {
  let closed = () => {};
  const closing = new Promise<never>((_, reject) => {
    closed = () => reject(new ImapRefusal("broken-off"));
    client.once("close", closed);
    if (client.isClosed) closed();
  });
  closing.catch(() => {});
  work.catch(() => {});
  return Promise.race([work, closing]).finally(() => client.off("close", closed));
}
