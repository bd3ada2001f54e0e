import { domainToASCII } from "node:url";
import { assert } from "@permanence/kernel";

/** What the desk put into an address of its own: the ticket that a reply belongs to, or the mail that a
 *  report comes back for. */
export type AddressTag = { kind: "ticket" | "return"; token: string };

const LETTER = { ticket: "t", return: "b" } as const satisfies Record<AddressTag["kind"], string>;
const LONGEST_LOCAL_OCTETS = 64; // RFC 5321, section 4.5.3.1.1.
const TOKEN_LENGTH = 32; // As the kernel's newToken makes them.

/** The longest local part that a desk's mailbox can have, so that a tag still fits behind it. */
export const LONGEST_MAILBOX_LOCAL_OCTETS = LONGEST_LOCAL_OCTETS - "+t-".length - TOKEN_LENGTH;

/** `helpdesk+t-{token}@whise.eu`: mail to it reaches the mailbox, and names the ticket or the mail. */
export function tagAddress(mailbox: string, { kind, token }: AddressTag): string {
  const [local, domain] = splitAddress(mailbox) ?? [];
  assert(local !== undefined && domain !== undefined, "a mailbox has a well-formed address");
  const tagged = `${local}+${LETTER[kind]}-${token}`;
  assert(Buffer.byteLength(tagged) <= LONGEST_LOCAL_OCTETS, "a mailbox's local part leaves room for a tag");
  return `${tagged}@${domain}`;
}

/** The mailbox and the tag of an address that `tagAddress` made, in whatever case it came back; null for any other. */
export function parseTaggedAddress(address: string): { mailbox: string; tag: AddressTag } | null {
  const [local, domain] = splitAddress(address) ?? [];
  const [, base, letter, token] = /^(.+)\+([tb])-([a-z2-7]{16,40})$/.exec(local ?? "") ?? [];
  if (base === undefined || token === undefined) return null;
  return { mailbox: `${base}@${domain}`, tag: { kind: letter === LETTER.ticket ? "ticket" : "return", token } };
}

/**
 * The addresses of mailboxes that mail to `address` could be meant for, the likeliest first: itself, then
 * without its sub-address (RFC 5233: what follows a "+"). None when it is no address at all.
 */
export function mailboxesMeantBy(address: string): string[] {
  const [local, domain] = splitAddress(address) ?? [];
  if (local === undefined) return [];
  const base = local.replace(/(?<=.)\+.*$/s, "");
  return base === local ? [`${local}@${domain}`] : [`${local}@${domain}`, `${base}@${domain}`];
}

/** Local part in lower case, and domain in the ASCII form that the DNS knows; null for what is no address. */
export function splitAddress(address: string): [local: string, domain: string] | null {
  const [, local, host] = /^([^\s@<>\p{Cc}]+)@([^\s@<>\p{Cc}]+)$/u.exec(address) ?? [];
  const domain = host === undefined ? "" : domainToASCII(host.toLowerCase());
  return local === undefined || domain === "" ? null : [local.toLowerCase(), domain];
}
