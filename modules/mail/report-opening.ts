import { readFields } from "./mime-header.ts";
import { readIds } from "./mime-ids.ts";
import { readAddresses } from "./mime-addresses.ts";

/** A report's text, apart from the mail that it gives back. */
export type Opening = {
  /** What the system wrote. */
  text: string;
  /** What follows it: the header of the mail that is given back, and maybe its body. */
  rest: string;
};

/** A text beyond this is not looked at: systems write a page. */
const OPENING_CHARACTERS = 64 * 1024;

/** "Below this line is a copy of the message.", "--- Original message follows.", "Unsent message follows". A line of
 *  the sort "The original message was received at …" introduces nothing. */
const INTRODUCTION = new RegExp(
  [
    String.raw`copy of (?:the|your|this) (?:original |whole |entire )?(?:message|mail)\b`,
    String.raw`(?:original|unsent|returned|undelivered) (?:message|mail|message headers?|mail info)\s?(?:follows|-{2,}|:?\s?$)`,
    String.raw`(?:message|mail) headers? follow`,
    String.raw`header of the original message`,
    String.raw`en-t(?:ê|e)tes? (?:du|de) message d'origine|message d'origine\s?:`,
    String.raw`oorspronkelijk(?:e)? bericht\s?(?::|-{2,})`,
  ].join("|"),
  "i",
);

/** Fields that no system writes about its own report. */
const HEADER_LINE = /^(?:Return-Path|Received|X-Received|DKIM-Signature|X-Google-\S{1,60}|ARC-Seal): ?\S/i;

export function openingOf(text: string): Opening {
  const seen = text.slice(0, OPENING_CHARACTERS);
  let at = 0;
  for (const line of seen.split("\n")) {
    if (at > 0 && line.length < 120 && INTRODUCTION.test(line)) {
      return { text: seen.slice(0, at), rest: seen.slice(at + line.length + 1) };
    }
    if (at > 0 && HEADER_LINE.test(line)) return { text: seen.slice(0, at), rest: seen.slice(at) };
    at += line.length + 1;
  }
  return { text: seen, rest: "" };
}

/** What is known of the mail that is given back. */
export type ReturnedMail = {
  messageId: string | null;
  to: string[];
  /** Those whom no report of this mail can be about: its author and envelope sender. */
  senders: string[];
  /** Whom it was delivered to, where the system that gives it back wrote so into it (Microsoft's junk mail reports). */
  complainant: string | null;
};

/** Reads a mail's header, wherever it stands at the beginning of a text. */
export function readReturnedMail(text: string): ReturnedMail {
  const start = /^[\w-]{1,80}:/m.exec(text)?.index ?? 0;
  const header = text.slice(start, start + OPENING_CHARACTERS).split(/\n[ \t\r]*\n/, 1)[0]!;
  const fields = readFields(Buffer.from(header));
  const all = (...names: string[]): string[] =>
    fields.filter(({ name }) => names.includes(name)).map(({ value }) => value);
  const addresses = (...names: string[]): string[] =>
    readAddresses(all(...names), new Set()).flatMap(({ address }) => (address.includes("@") ? [address] : []));
  return {
    messageId: readIds(all("message-id")[0] ?? "")[0] ?? null,
    to: [addresses("to"), addresses("delivered-to"), tracedTo(all("received"))].find(({ length }) => length > 0) ?? [],
    senders: addresses("from", "return-path", "sender", "reply-to"),
    complainant: addresses("x-hmxmroriginalrecipient")[0] ?? null,
  };
}

/** RFC 5321, section 4.4: the newest trace field may say for whom the mail was. */
function tracedTo(received: string[]): string[] {
  const address = /\bfor <?([^\s<>;]{1,320}@[^\s<>;]{1,255})>?(?:;|\s|$)/.exec(
    (received[0] ?? "").slice(0, 2_000),
  )?.[1];
  return address === undefined ? [] : [address];
}
