import type { Texts } from "#lib/api/incident-types.ts";

/** What was typed in each of the desk's languages; a language in which nothing was is left out. */
export function textsIn(form: FormData, name: string): Texts {
  const texts: Texts = {};
  for (const [key, value] of form.entries()) {
    const language = key.startsWith(`${name}-`) ? key.slice(name.length + 1) : null;
    if (language !== null && String(value).trim() !== "") texts[language] = String(value).trim();
  }
  return texts;
}

/** In the reader's language, else in any. */
export function shownText(texts: Texts, language: string): string {
  return texts[language] ?? Object.values(texts)[0] ?? "";
}
