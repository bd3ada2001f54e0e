import type { NodemailerError } from "nodemailer";
import { headerText } from "./outgoing-mime.ts";
import { relayTrouble } from "./relay-trouble.ts";

/** What became of one attempt to hand a mail to the relay. `answer` is for people: its words, or what went wrong. */
export type RelayAnswer =
  | { outcome: "taken"; answer: string }
  /** Not now; the same mail may go through later. */
  | { outcome: "deferred"; answer: string }
  /** There is no relay to speak with: says nothing of this mail, and is none of its attempts. */
  | { outcome: "unreachable"; answer: string }
  /** Never: the recipient or the mail itself is refused. */
  | { outcome: "refused"; answer: string };

/** The relay's words on a mail it took. */
export function taken(response: string): RelayAnswer {
  return { outcome: "taken", answer: shorten(response) };
}

/**
 * Tells apart what the relay says of this mail from what it says of us. Only a permanent reply (RFC 5321, section
 * 4.2.1) about this recipient or these bytes is final. All else is about how the relay is set up, or whom it lets
 * send: an operator can mend it while the mail waits.
 */
export function readFailure(error: NodemailerError): RelayAnswer {
  const answer = shorten(error.response ?? relayTrouble(error));
  const isTooLarge = error.code === "EMESSAGE" && error.command === "MAIL FROM"; // Over the SIZE that the relay announced.
  const isUnwritable = error.code === "EENVELOPE" && error.command === "API"; // An address that SMTP cannot carry.
  return { outcome: isAboutMail(error) || isTooLarge || isUnwritable ? "refused" : "deferred", answer };
}

function isAboutMail({ command, responseCode = 0, response = "" }: NodemailerError): boolean {
  if ((command !== "RCPT TO" && command !== "DATA") || responseCode < 500) return false;
  const status = ENHANCED_STATUS.exec(response)?.[1];
  return status === undefined ? FINAL_CODES.has(responseCode) : FINAL_STATUS.test(status);
}

const ENHANCED_STATUS = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?!\S)/; // RFC 2034, section 4.

/** RFC 3463: the recipient's address but not the sender's (5.1.7, 5.1.8), its mailbox, the mail's size or its content. */
const FINAL_STATUS = /^5\.(1\.(?![78]$)|2\.|3\.4$|6\.)/;

/** Where a relay gives no enhanced status: no such mailbox, not here, over its quota, no such name. */
const FINAL_CODES = new Set([550, 551, 552, 553]);

/** Whether the reply was to this mail alone, so that the connection can carry the next. */
export function isConnectionSound(error: NodemailerError): boolean {
  return (error.code === "EENVELOPE" || error.code === "EMESSAGE") && error.responseCode !== 421;
}

const LONGEST_ANSWER = 500;

function shorten(text: string): string {
  return headerText(text).slice(0, LONGEST_ANSWER);
}
