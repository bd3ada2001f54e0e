import { type Instant, instant } from "@permanence/kernel";
import type { ImapSettings } from "@permanence/people";
import { ImapFlow } from "imapflow";
import { ImapRefusal } from "./imap-failure.ts";

/** A mailbox on a mail server, and how one comes to it. Holds a password: never log it. */
export type ImapSource = Omit<ImapSettings, "since"> & {
  /** Null: nobody has given it. */
  password: string | null;
  /** Mail that the server received before is left. Null: all that was there when it was first opened. */
  since: Instant | null;
};

export type ImapLimits = typeof IMAP_LIMITS;

export const IMAP_LIMITS = {
  connectMs: 15_000,
  silenceMs: 90_000, // More than a poll's pause, so that a connection that waits is not taken for a dead one.
  mailBytes: 36_700_160,
};

/** @param timeZone in which the day `since` begins */
export function imapSource(
  { since, ...settings }: ImapSettings,
  password: string | null,
  timeZone: string,
): ImapSource {
  const startOf = (date: string) => Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds;
  return { ...settings, password, since: since === null ? null : instant(startOf(since)) };
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
  const { host, port, security, user, password } = source;
  if (password === null) throw new ImapRefusal("no-password");
  const client = new ImapFlow({
    ...{ host, port, secure: security === "tls", doSTARTTLS: security === "starttls", auth: { user, pass: password } },
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
