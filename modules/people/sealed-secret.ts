import { createCipheriv, createDecipheriv, createHash, hkdfSync } from "node:crypto";

// Secrets that the program must read again are kept in the database sealed: a copy of the database alone gives none away.

const CIPHER = "aes-256-gcm";
const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/** What the key is made of: a secret from outside the database, and what it seals, so that no key serves two ends. */
export type SealingKey = { given: string; purpose: string };

export function sealSecret(secret: string, key: SealingKey): Buffer {
  // The same secret gives the same nonce, and another secret another one: no nonce serves two texts.
  const nonce = createHash("sha256").update(`${key.given}\n${secret}`).digest().subarray(0, NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, derive(key), nonce);
  const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** Null where it was sealed with another key, or is damaged. */
export function openSecret(sealed: Buffer, key: SealingKey): string | null {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  try {
    const cipher = createDecipheriv(CIPHER, derive(key), nonce, { authTagLength: TAG_BYTES }).setAuthTag(tag);
    return Buffer.concat([cipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

function derive({ given, purpose }: SealingKey): Buffer {
  return Buffer.from(hkdfSync("sha256", given, "", purpose, 32));
}
