/** In their own words, as a switch between languages shows them. */
export const LANGUAGES = { fr: "Français", nl: "Nederlands", en: "English" } as const;

export type LanguageCode = keyof typeof LANGUAGES;

/** For Intl: how dates and numbers are written by a Belgian in each. */
export const LOCALES: Record<LanguageCode, string> = { fr: "fr-BE", nl: "nl-BE", en: "en-GB" };

export function isLanguage(code: unknown): code is LanguageCode {
  return typeof code === "string" && Object.hasOwn(LANGUAGES, code);
}

/** The first language of an Accept-Language header that we speak, by weight (RFC 9110, 12.5.4); French otherwise. */
export function preferredLanguage(acceptLanguage: string | null): LanguageCode {
  const wished = (acceptLanguage ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().split(";");
      const weight = parameters.map((text) => /^\s*q=([\d.]+)\s*$/.exec(text)?.[1]).find((text) => text !== undefined);
      return { code: tag.slice(0, 2).toLowerCase(), weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ code, weight }) => isLanguage(code) && weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  return (wished[0]?.code as LanguageCode | undefined) ?? "fr";
}
