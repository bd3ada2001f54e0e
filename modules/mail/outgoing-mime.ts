import { domainToASCII } from "node:url";
import {
  encodeWord,
  encodeWords,
  foldLines,
  hasLongerLines,
  isPlainText,
  quoteString,
} from "nodemailer/lib/mime-funcs";
import * as quotedPrintable from "nodemailer/lib/qp";

// MIME of the one shape that we send, put together from nodemailer's encoders. Its MailComposer builds the same through
// streams, which costs ten times as much: a tenth of all the work on a notice.

const LINE_LENGTH = 76; // RFC 2045, section 6.7, and RFC 2047, section 2.
const LONGEST_HEADER_TEXT = 500;

/** A header field. Its value must be free of control characters; it is folded where it has spaces. */
export function headerField(name: string, value: string): string {
  return `${foldLines(`${name}: ${value}`, LINE_LENGTH)}\r\n`;
}

/** One line of text for a header. Without control characters, which could start a header of their own, and
 *  without the start of an encoded word (RFC 2047), which a reader's program would decode. */
export function headerText(text: string): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replaceAll("=?", "= ?");
  return line.trim().slice(0, LONGEST_HEADER_TEXT).toWellFormed();
}

/** Text for a header without structure: a subject. */
export function encodedText(text: string): string {
  return encodeWords(headerText(text), "Q", 52, true);
}

/** `Zoé <zoe@agence.be>`; a domain in the form that the DNS knows, unless the address needs SMTPUTF8 as it is. */
export function addressText({ name, address }: { name: string; address: string }): string {
  const at = address.lastIndexOf("@");
  const local = address.slice(0, at);
  const isAscii = /^[\x21-\x7e]+$/.test(local);
  const written = isAscii ? `${local}@${domainToASCII(address.slice(at + 1))}` : address;
  const phrase = phraseOf(headerText(name));
  return phrase === "" ? written : `${phrase} <${written}>`;
}

/** RFC 5322, section 3.2.5. */
function phraseOf(name: string): string {
  if (/^[A-Za-z0-9 ]*$/.test(name)) return name;
  if (/^[\x20-\x7e]*$/.test(name)) return quoteString(name);
  return encodeWord(name, "Q", 52).replaceAll("?= =?", "?=\r\n =?");
}

export type TextPart = { type: "text/plain" | "text/html"; content: string };

/** The body of a mail with its header fields: one part as it is, several as alternatives, the best last. */
export function bodyOf(parts: TextPart[], boundary: string): string {
  const [only, ...others] = parts.map(partOf);
  if (only === undefined || others.length === 0) return only ?? "\r\n";
  const head = `Content-Type: multipart/alternative; boundary="${boundary}"\r\n\r\n`;
  return `${head}${[only, ...others].map((part) => `--${boundary}\r\n${part}\r\n`).join("")}--${boundary}--\r\n`;
}

function partOf({ type, content }: TextPart): string {
  const text = content
    .toWellFormed()
    .replaceAll("\0", "")
    .replace(/\r\n?|\n/g, "\r\n");
  // "=_" begins our boundaries, and cannot stand in quoted-printable (RFC 2045, section 6.7).
  const isPlain = isPlainText(text) && !hasLongerLines(text, LINE_LENGTH) && !text.includes("=_");
  const encoding = isPlain ? "7bit" : "quoted-printable";
  const body = isPlain ? text : quotedPrintable.wrap(quotedPrintable.encode(text), LINE_LENGTH);
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;
}
