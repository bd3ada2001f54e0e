/** As addresses are kept and compared: without white space around, in lower case. Null for what is no address.
 *  (RFC 5321 lets the part before the @ tell case apart; no provider does, and people write both.) */
export function normalAddress(text: string): string | null {
  const address = text.trim().toLowerCase();
  return ADDRESS.test(address) && address.length <= LONGEST_ADDRESS ? address : null;
}

const LONGEST_ADDRESS = 254; // RFC 5321, section 4.5.3.1.3, without the angle brackets.
const ADDRESS = /^[^\s@<>"(),:;[\]\\]+@[^\s@<>"(),:;[\]\\.]+(\.[^\s@<>"(),:;[\]\\.]+)*$/;

/** "agence.be" of "marie@agence.be". */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1).toLowerCase();
}

const LABEL = "[\\p{L}\\p{N}]([\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?";
const DOMAIN = new RegExp(`^(${LABEL}\\.)+${LABEL}$`, "u");

/** A mail domain in lower case; null for what is none ("be" alone is none either). */
export function normalDomain(text: string): string | null {
  const domain = text.trim().toLowerCase();
  return domain.length <= 253 && DOMAIN.test(domain) ? domain : null;
}
