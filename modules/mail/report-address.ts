import { storable } from "./mime-text.ts";

/** RFC 5321, section 4.5.3.1.3 allows 254 octets. */
const LONGEST_ADDRESS = 320;

/** An address in running text: quoted or plain local part, then a domain or an address literal. Bounded on both
 *  sides, so that a line without end costs its length only. */
const LOCAL = /(?:"[^"\n]{1,64}"|[^\s<>()[\]",;:@\\'|`]{1,128})/u.source;
const DOMAIN = /(?:[\p{L}\p{N}](?:[\p{L}\p{N}._-]{0,250}[\p{L}\p{N}])?|\[[\d.a-fA-F:IPv]{3,60}\])/u.source;
export const ADDRESS = `${LOCAL}@${DOMAIN}`;

const WHOLE = new RegExp(`^${ADDRESS}$`, "u");

/** Whether a text is one address and nothing else. */
export function isAddress(text: string): boolean {
  return text.length <= LONGEST_ADDRESS && WHOLE.test(text);
}

/** The value of an address field of a report: "rfc822; ann@agence.be" (RFC 3464, section 2.3.1), also without its
 *  type, bracketed, or with the route of old. Empty where it is no address of mail: a file, a program. */
export function addressOfField(value: string | undefined): string {
  if (value === undefined || value.length > 4_000) return "";
  const typed = /^\s{0,20}([\w-]{1,40})\s{0,20};\s{0,20}/.exec(value);
  const type = typed?.[1]?.toLowerCase() ?? "";
  const written = value.slice(typed?.[0].length ?? 0).trim();
  if (type === "x-unix") return "";
  const bare = /<([^<>]{1,320})>/.exec(written)?.[1] ?? written;
  const address = (type === "utf-8" ? withoutEscapes(bare) : bare).replace(/^@[^:]{1,200}:/, "").trim();
  return isAddress(address) ? storable(address) : "";
}

/** RFC 6533, section 3: "\x{e9}" stands for a character in utf-8-addr-xtext and utf-8-addr-unitext. */
function withoutEscapes(address: string): string {
  return address.replaceAll(/\\x\{([0-9a-fA-F]{1,6})\}/g, (escape, code: string) => {
    const point = Number.parseInt(code, 16);
    return point > 0x10_ff_ff ? escape : String.fromCodePoint(point);
  });
}

/** RFC 3461, section 4: "+2B" stands for "+" in xtext. */
export function withoutXtext(text: string): string {
  return text.replaceAll(/\+([0-9A-F]{2})/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
}

/** Two ways to write one address: quotes around the local part, and case. */
export function isSameAddress(a: string, b: string): boolean {
  const plain = (address: string): string => address.replaceAll('"', "").toLowerCase();
  return plain(a) === plain(b);
}
