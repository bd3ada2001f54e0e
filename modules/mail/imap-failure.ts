/** What we, not the server, find wrong. */
export class ImapRefusal extends Error {
  readonly code: "no-password" | "no-token" | "broken-off" | "no-folder" | "not-given" | "not-put-away";

  constructor(code: ImapRefusal["code"], detail = "") {
    super(detail || code);
    this.name = "ImapRefusal";
    this.code = code;
  }
}

/** What is wrong with a mailbox, and what to do about it: for the log, doctor and the pages. */
export type ImapFailure = { sentence: string; advice: string };

/** What imapflow and Node leave on an error. */
type Told = {
  code?: unknown;
  message?: unknown;
  authenticationFailed?: boolean;
  tlsFailed?: boolean;
  mailboxMissing?: boolean;
  responseText?: string;
  serverResponseCode?: string;
  response?: unknown;
};

type Where = { host: string; port: number; folder: string };

const UNKNOWN_ISSUER = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
const TIMEOUTS = new Set(["ETIMEDOUT", "ETIMEOUT", "CONNECT_TIMEOUT", "GREETING_TIMEOUT", "UPGRADE_TIMEOUT"]);
const UNREACHABLE = new Set(["EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN"]);
const BROKEN_OFF = new Set(["broken-off", "EConnectionClosed", "NoConnection", "ECONNRESET", "EPIPE", "StateLogout"]);
const FIREWALL = "Check host and port in desk.yaml, and the firewall between.";

/** Puts an error of an IMAP session into words. No sentence holds the password. */
export function describeImapFailure(error: unknown, { host, port, folder }: Where): ImapFailure {
  const told = (error ?? {}) as Told;
  const code = typeof told.code === "string" ? told.code : "";
  const server = `${host}:${port}`;
  const said = saidBy(told);
  if (code === "no-password")
    return say("No password is set for it.", "Set it in the environment or in permanence.yaml (imapPasswords).");
  if (code === "no-token")
    return say(
      String(told.message),
      "Check issuer, clientId, scope and grant in desk.yaml, and the secrets; a refresh token may have run out.",
    );
  if (told.authenticationFailed === true)
    return say(
      `${host} refused the user name or password${said}.`,
      "Check the user in desk.yaml and the password; some providers want one made for programs, or have IMAP switched off.",
    );
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return say(
      `There is no host ${host}, as far as this machine's DNS knows.`,
      "Check host in desk.yaml, and the DNS.",
    );
  if (code === "ECONNREFUSED") return say(`${server} refused the connection.`, `Nobody listens there. ${FIREWALL}`);
  if (UNREACHABLE.has(code)) return say(`${server} cannot be reached.`, FIREWALL);
  if (TIMEOUTS.has(code)) return say(`${server} did not answer in time.`, FIREWALL);
  const tls = describeTls(code, told, host, server);
  if (tls) return tls;
  if (told.mailboxMissing === true || code === "no-folder" || told.serverResponseCode === "NONEXISTENT")
    return say(
      `There is no folder ${folder}${said}.`,
      "Name one that exists: permanence mailbox show ADDRESS lists them.",
    );
  if (told.serverResponseCode === "OVERQUOTA" || /quota/i.test(said))
    return say(
      `The mailbox is over its quota${said}.`,
      "Delete or move what is not needed there: it refuses new mail.",
    );
  if (code === "not-given" || code === "not-put-away")
    return say(String(told.message), "Look at that folder with a mail program.");
  if (BROKEN_OFF.has(code)) return say(`${server} broke off the connection.`, "It is tried again by itself.");
  const what = said === "" ? `: ${String(told.message ?? error)}` : said;
  return say(`${server} did not do what was asked${what}.`, "It is tried again by itself.");
}

function describeTls(code: string, { tlsFailed, message }: Told, host: string, server: string): ImapFailure | null {
  const advice = "Name the host as its certificate does, or have the certificate renewed; it is never taken unchecked.";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return say(`The certificate of ${server} is not for ${host}.`, advice);
  if (code === "CERT_HAS_EXPIRED") return say(`The certificate of ${server} has expired.`, advice);
  if (UNKNOWN_ISSUER.has(code))
    return say(
      `The certificate of ${server} was issued by somebody whom this machine does not trust.`,
      "Have one issued by a known authority, or name the issuer's certificate in NODE_EXTRA_CA_CERTS.",
    );
  if (tlsFailed !== true && !/^(EPROTO|ERR_SSL|ERR_TLS|ClosedAfterConnectTLS|STARTTLS_INJECTION)/.test(code))
    return null;
  return say(
    `${server} did not agree on TLS: ${String(message)}.`,
    "Check security and port in desk.yaml: tls is usually 993, starttls 143.",
  );
}

/** The server's own words, as far as they are fit to be shown. */
function saidBy({ responseText, response }: Told): string {
  const text = responseText ?? (typeof response === "string" ? response.replace(/^\S+ (?:NO|BAD|BYE) /, "") : "");
  const shown = text
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .replace(/\.$/, "")
    .slice(0, 200);
  return shown === "" ? "" : ` (it says: ${shown})`;
}

const say = (sentence: string, advice: string): ImapFailure => ({ sentence, advice });
