import { createCipheriv, createDecipheriv, createHash, hkdfSync } from "node:crypto";

// A refresh token that a service replaced is kept in the database, readable for whoever was given the first one. A copy
// of the database alone opens no mailbox.

const CIPHER = "aes-256-gcm";
const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/** @param given what the operator set: the key is made of it */
export function sealSecret(secret: string, given: string): Buffer {
  // The same secret gives the same nonce, and another secret another one: no nonce serves two texts.
  const nonce = createHash("sha256").update(`${given}\n${secret}`).digest().subarray(0, NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(given), nonce);
  const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** Null where it was sealed with another key, or is damaged. */
export function openSecret(sealed: Buffer, given: string): string | null {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  try {
    const cipher = createDecipheriv(CIPHER, keyOf(given), nonce, { authTagLength: TAG_BYTES }).setAuthTag(tag);
    return Buffer.concat([cipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

function keyOf(given: string): Buffer {
  return Buffer.from(hkdfSync("sha256", given, "", "permanence imap refresh token", 32));
}
