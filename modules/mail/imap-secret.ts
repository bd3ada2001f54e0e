import * as sealing from "@permanence/people";

// A refresh token that a service replaced is kept in the database, readable for whoever was given the first one. A copy
// of the database alone opens no mailbox.

const PURPOSE = "permanence imap refresh token";

/** @param given what the operator set: the key is made of it */
export function sealSecret(secret: string, given: string): Buffer {
  return sealing.sealSecret(secret, { given, purpose: PURPOSE });
}

/** Null where it was sealed with another key, or is damaged. */
export function openSecret(sealed: Buffer, given: string): string | null {
  return sealing.openSecret(sealed, { given, purpose: PURPOSE });
}
