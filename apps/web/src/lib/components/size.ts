import type { Messages } from "#lib/messages/fr.ts";
import { LOCALES, type LanguageCode } from "#lib/messages/languages.ts";

const KILOBYTE = 1000;
const MEGABYTE = 1000 * KILOBYTE;

/** A number of bytes as people say it: "812 bytes", "34 kB", "2.4 MB". */
export function describeSize(sizeBytes: number, language: LanguageCode, words: Messages["size"]): string {
  const number = (value: number, digits: number) =>
    new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: digits }).format(value);
  if (sizeBytes < KILOBYTE) return `${number(sizeBytes, 0)}\u00a0${words.bytes}`;
  if (sizeBytes < MEGABYTE) return `${number(sizeBytes / KILOBYTE, 0)}\u00a0${words.kilobytes}`;
  return `${number(sizeBytes / MEGABYTE, 1)}\u00a0${words.megabytes}`;
}
