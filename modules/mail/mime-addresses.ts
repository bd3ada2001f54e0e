import { domainToASCII, domainToUnicode } from "node:url";
import { addressParser } from "postal-mime";
import { cleanLine } from "./mime-text.ts";
import { normaliseWords } from "./mime-words.ts";
import type { MailAddress } from "./read-mail.ts";
import { READ_LIMITS } from "./read-limits.ts";

/** The mailboxes of address headers (RFC 5322, section 3.4), groups opened. */
export function readAddresses(values: string[], warnings: Set<string>): MailAddress[] {
  return values.flatMap((value) =>
    addressParser(normaliseWords(shortened(value, warnings)), { flatten: true })
      .map(({ address, name }) => ({ address: cleanAddress(address ?? ""), name: cleanLine(name) }))
      .filter(({ address, name }) => address !== "" || name !== ""),
  );
}

function shortened(value: string, warnings: Set<string>): string {
  if (value.length <= READ_LIMITS.addressHeaderCharacters) return value;
  warnings.add("A list of addresses is very long; only its beginning was read.");
  return value.slice(0, value.lastIndexOf(",", READ_LIMITS.addressHeaderCharacters));
}

/** Without what surrounds an address in old mail: white space, comments, a route (RFC 5322, section 4.4), `mailto:`. */
function cleanAddress(address: string): string {
  const clean = cleanLine(address)
    .replaceAll(/\([^()]*\)/g, "")
    .replaceAll(" ", "")
    .replace(/^@[^:]*:|^mailto:/i, "");
  return IS_INTERNATIONAL.test(clean) ? inOneForm(clean) : clean;
}

// oxlint-disable-next-line no-control-regex -- ASCII is the point.
const IS_INTERNATIONAL = /[^\u0000-\u007f]|@(.*\.)?xn--/i;
const LATIN_DOMAIN = /^[\p{Script=Latin}\d.-]+$/u;

/** One mailbox has one form, however its mailer wrote it: composed characters (RFC 6532, section 3.1), and a domain
 *  (RFC 5890) in Latin letters as people read it, in others as the DNS has it: they are made to look like Latin. */
function inOneForm(address: string): string {
  const at = address.lastIndexOf("@");
  const ascii = at < 0 ? "" : domainToASCII(address.slice(at + 1));
  if (ascii === "") return address.normalize();
  const unicode = domainToUnicode(ascii);
  return `${address.slice(0, at).normalize()}@${LATIN_DOMAIN.test(unicode) ? unicode : ascii}`;
}
