import { z } from "zod";

/** The mail server that takes what the desk sends. */
export type Relay = {
  host: string;
  port: number;
  /** TLS from the first byte (smtps://); otherwise STARTTLS where the relay offers it. */
  secure: boolean;
  login: { user: string; password: string } | null;
};

const FORM = "must be smtp://[user:password@]host:port or smtps://[user:password@]host:port";

/** Reads the one line that an operator writes. No message repeats it: it may hold a password. */
export const relaySchema = z.string(FORM).transform((text, context): Relay => {
  const relay = readRelay(text);
  if (relay !== null) return relay;
  context.addIssue({ code: "custom", message: FORM });
  return z.NEVER;
});

/** For people and logs: the address without the password. */
export function describeRelay(relay: Relay): string {
  return `${relay.secure ? "smtps" : "smtp"}://${relay.login ? `${relay.login.user}@` : ""}${relay.host}:${relay.port}`;
}

function readRelay(text: string): Relay | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === "") return null;
  if (!/^\/?$/.test(url.pathname) || url.search !== "" || url.hash !== "") return null;
  if ((url.username === "") !== (url.password === "")) return null;

  const secure = url.protocol === "smtps:";
  const host = decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, "$1"); // An IPv6 address stands in brackets.
  const login =
    url.username === "" ? null : { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  return { host, port: url.port === "" ? (secure ? 465 : 25) : Number(url.port), secure, login };
}
