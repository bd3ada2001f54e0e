import { isLanguage, preferredLanguage, type LanguageCode } from "#lib/messages/languages.ts";

/** `system` follows the visitor's machine. */
export type Theme = "system" | "light" | "dark";

export const LANGUAGE_COOKIE = "language";
export const THEME_COOKIE = "theme";

/** A year, as a cookie that a script may read and set: it holds no secret. */
export const PREFERENCE_COOKIE = {
  path: "/",
  maxAge: 365 * 24 * 60 * 60,
  sameSite: "lax",
  httpOnly: false,
  secure: false,
} as const;

export function readTheme(cookie: unknown): Theme {
  return cookie === "light" || cookie === "dark" ? cookie : "system";
}

export function readLanguage(cookie: string | undefined, acceptLanguage: string | null): LanguageCode {
  return isLanguage(cookie) ? cookie : preferredLanguage(acceptLanguage);
}
