import type { EmbeddedFile } from "./mime-uuencode.ts";

// OpenPGP written into a text between lines of its own (RFC 9580, sections 6 and 7).

export type Opened = {
  /** Without the lines of a signature, and without what only its recipient can read. */
  text: string;
  protection: "signed" | "encrypted" | null;
  /** What is encrypted, for who has the key. */
  files: EmbeddedFile[];
};

const MESSAGE = /^-----BEGIN PGP MESSAGE-----[ \t]*$/m;
const SIGNED = /^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n/m;
const SIGNATURE = /^-----BEGIN PGP SIGNATURE-----[ \t]*$/m;

/** What a text says beneath OpenPGP's armour. Quoted armour is nothing of this mail's. Linear in its length. */
export function openArmor(text: string): Opened {
  if (!text.includes("-----BEGIN PGP ")) return { text, protection: null, files: [] };
  const encrypted = blockIn(text, MESSAGE, "-----END PGP MESSAGE-----");
  if (encrypted !== null) {
    const bytes = Buffer.from(`${text.slice(encrypted.start, encrypted.end)}\n`);
    const outside = `${text.slice(0, encrypted.start)}${text.slice(encrypted.end)}`;
    const file = { name: "encrypted.asc", type: "application/pgp-encrypted", bytes };
    return { text: outside.trim(), protection: "encrypted", files: [file] };
  }
  const signed = openSignature(text);
  return signed === null ? { text, protection: null, files: [] } : { text: signed, protection: "signed", files: [] };
}

type Block = { start: number; end: number };

/** From the line that begins it to the line that ends it, or the end of a text that was cut off. */
function blockIn(text: string, begin: RegExp, end: string): Block | null {
  const start = begin.exec(text)?.index;
  if (start === undefined) return null;
  const last = text.indexOf(`\n${end}`, start);
  return { start, end: last < 0 ? text.length : last + 1 + end.length };
}

/** The text inside and around a cleartext signature; null where none is whole. */
function openSignature(text: string): string | null {
  const begin = SIGNED.exec(text);
  if (begin === null) return null;
  const inside = text.slice(begin.index + begin[0].length);
  const signature = blockIn(inside, SIGNATURE, "-----END PGP SIGNATURE-----");
  if (signature === null) return null;
  const cleartext = withoutArmorHeaders(inside.slice(0, signature.start)).replaceAll(/^- /gm, ""); // Section 7.2.
  return `${text.slice(0, begin.index)}${cleartext.replace(/\n$/, "")}${inside.slice(signature.end)}`;
}

/** "Hash: SHA512" and an empty line. */
const withoutArmorHeaders = (text: string): string =>
  text.replace(/^(?:[A-Za-z]{1,20}: [^\n]{0,200}\n){0,5}[ \t]*\n/, "");
