import { readMail } from "./read-core.ts";
import type { ReadingChoice, ReadMail } from "./read-mail.ts";

const CHOICE: ReadingChoice = { languages: ["fr", "nl", "en"], prior: ["fr"] };

/** A mail's bytes, from lines of characters up to U+00FF: each is one byte. */
export function mailBytes(...lines: string[]): Buffer {
  return Buffer.from(lines.join("\r\n"), "latin1");
}

/** A mail that must be readable, read on this thread. */
export function readable(bytes: Uint8Array, choice: Partial<ReadingChoice> = {}): ReadMail {
  const mail = readMail(bytes, { ...CHOICE, ...choice });
  if ("unreadable" in mail) throw new Error(mail.unreadable);
  return mail;
}
