const CR = 13;
const LF = 10;

/**
 * Watches one peer's bytes for a CR or LF that is not part of a CRLF. Servers disagree on what such a byte ends: one
 * that reads `\n.\n` or `\r.\r` as the end of a mail takes what follows for the next mail, in the name of whoever sent
 * the first (SMTP smuggling, CVE-2023-51766 and kin). RFC 5321, section 2.3.8, forbids them everywhere.
 */
export class LineEndWatch {
  #isAfterCr = false;

  /** Whether all line ends up to the end of this chunk are whole; a CR at its very end may still become one. */
  accepts(chunk: Uint8Array): boolean {
    let isAfterCr = this.#isAfterCr;
    for (const byte of chunk) {
      if (isAfterCr !== (byte === LF)) return false;
      isAfterCr = byte === CR;
    }
    this.#isAfterCr = isAfterCr;
    return true;
  }
}
