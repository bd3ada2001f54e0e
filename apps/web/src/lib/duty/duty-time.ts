import { LOCALES, type LanguageCode } from "#lib/messages/languages.ts";

/** A moment as a rota needs it: day, month, year and time in the desk's zone. */
export function momentWords(iso: string, { language, timeZone }: { language: LanguageCode; timeZone: string }): string {
  const style = { dateStyle: "medium", timeStyle: "short", hourCycle: "h23", timeZone } as const;
  return new Intl.DateTimeFormat(LOCALES[language], style).format(Date.parse(iso));
}
