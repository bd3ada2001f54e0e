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
  return cleanLine(address)
    .replaceAll(/\([^()]*\)/g, "")
    .replaceAll(" ", "")
    .replace(/^@[^:]*:|^mailto:/i, "");
}
