import { mailboxesMeantBy } from "./tagged-address.ts";

/** Whom a mail was for and where it came from, as far as the servers on its way wrote that into it. */
export type ImapEnvelope = { envelopeFrom: string; envelopeTo: string[] };

const MOST_HEADER_BYTES = 262_144;
const MOST_ADDRESSES = 20; // A mail may name an address a million times.

/** What delivering servers write (Postfix, Exim, qmail, Gmail, Exchange), and To, which names the address a report was
 *  sent back to where none of them did. */
const RECIPIENT_FIELDS = /^(?:delivered-to|x-original-to|envelope-to|x-envelope-to|x-delivered-to|to):/i;

/**
 * IMAP hands over no envelope: the sender is taken from Return-Path (RFC 5321, section 4.4), else from From, since a mail
 * without Return-Path has not the null sender, by which reports are known; and the recipients from what the header says
 * of this mailbox's own addresses. All of that may have been written by the sender.
 * It gains nothing: a tag opens what it names to whoever knows it, and by SMTP the same person could send to it.
 */
export function imapEnvelope(bytes: Buffer, mailbox: string): ImapEnvelope {
  const lines = headerLines(bytes);
  const envelopeFrom = senderIn(lines, "return-path:") ?? (senderIn(lines, "from:") || UNKNOWN);
  const own = lines.filter((line) => RECIPIENT_FIELDS.test(line)).flatMap((line) => addressesOf(line, mailbox));
  return { envelopeFrom, envelopeTo: [...new Set([mailbox, ...own])].slice(0, MOST_ADDRESSES) };
}

const UNKNOWN = "unknown@sender.invalid"; // RFC 2606, section 2: a name that nobody has.

/** The address in a field; null where there is no such field, empty where it holds none. */
function senderIn(lines: string[], field: string): string | null {
  const line = lines.find((line) => line.toLowerCase().startsWith(field));
  if (line === undefined) return null;
  const words = line.slice(field.length).split(/[\s<>,;:"()[\]]+/);
  return words.findLast((word) => /.@./.test(word)) ?? "";
}

function headerLines(bytes: Buffer): string[] {
  const end = /\r?\n\r?\n/.exec(bytes.toString("latin1", 0, MOST_HEADER_BYTES))?.index ?? MOST_HEADER_BYTES;
  const unfolded = bytes.toString("utf8", 0, Math.min(end, bytes.length)).replaceAll(/\r?\n(?=[ \t])/g, " ");
  return unfolded.split(/\r?\n/);
}

/** Those that are the mailbox itself with or without a tag. */
function addressesOf(line: string, mailbox: string): string[] {
  const words = line.slice(line.indexOf(":") + 1).split(/[\s<>,;:"()[\]]+/);
  return words
    .filter((word) => word.includes("@") && mailboxesMeantBy(word).includes(mailbox))
    .map((word) => word.toLowerCase());
}
