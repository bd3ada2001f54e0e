import { credentialsOf, relayTrouble } from "@permanence/mail";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { describeRelay } from "../relay.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";
import type { RelayToTry } from "./relays-in-use.ts";

const PATIENCE_MS = 10_000;

/** Greets the relay and signs in where the password is known, as the outbox would, and sends nothing. */
export async function checkRelay(relay: RelayToTry | null): Promise<Finding> {
  if (relay === null) {
    return warn(
      "relay",
      "No relay is set, so outgoing mail stays in the mailroom.",
      "To send it, set PERMANENCE_SMTP_RELAY=smtp://[user:password@]host:port.",
    );
  }
  const name = describeRelay(relay);
  try {
    const { isEncrypted, offersDsn } = await greet(relay);
    const way = isEncrypted ? "encrypted" : "unencrypted";
    const untried = relay.passwordKnown ? "" : " Its password, which only the running service knows, was not tried.";
    if (offersDsn) return ok("relay", `${name} answers, ${way}, and reports on delivery (DSN).${untried}`);
    return warn(
      "relay",
      `${name} answers, ${way}, but offers no delivery reports (DSN, RFC 3461).${untried}`,
      "Receipts will be presumed after the waiting time, never proven by a report. Use a relay that offers DSN if you can.",
    );
  } catch (error) {
    return fail(
      "relay",
      `${name} does not take our mail: ${relayTrouble(error as Error)}.`,
      "Check the address, the password and the firewall. Mail waits in the outbox meanwhile and is tried again.",
    );
  }
}

async function greet(relay: RelayToTry): Promise<{ isEncrypted: boolean; offersDsn: boolean }> {
  const { host, port, secure, login, passwordKnown } = relay;
  const times = {
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    dnsTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
  };
  const tls = login === null && !secure ? { tls: { rejectUnauthorized: false } } : {};
  const smtp = new SMTPConnection({ host, port, secure, ...times, ...tls });
  try {
    return await new Promise((resolve, reject) => {
      smtp.on("error", reject);
      smtp.once("end", () => reject(new Error("it closed the connection")));
      smtp.connect((error) => {
        if (error) return reject(error);
        const found = { isEncrypted: smtp.secure, offersDsn: /^250[- ]DSN\b/im.test(String(smtp.lastServerResponse)) };
        if (login === null || !passwordKnown) return resolve(found);
        smtp.login(credentialsOf(login), (refused) => (refused ? reject(refused) : resolve(found)));
      });
    });
  } finally {
    smtp.quit();
    setTimeout(() => smtp.close(), 1_000).unref();
  }
}
