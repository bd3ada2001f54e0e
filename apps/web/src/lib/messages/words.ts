import { createContext } from "svelte";
import type { Messages } from "#lib/messages/fr.ts";
import type { LanguageCode } from "#lib/messages/languages.ts";

/** What the pages say: provided by the root layout, the same for the whole life of a page. */
export type Words = { m: Messages; language: LanguageCode };

export const [useWords, provideWords] = createContext<Words>();

/** Only the visitor's own language is downloaded. */
export async function loadMessages(language: LanguageCode): Promise<Messages> {
  switch (language) {
    case "fr":
      return (await import("#lib/messages/fr.ts")).fr;
    case "nl":
      return (await import("#lib/messages/nl.ts")).nl;
    case "en":
      return (await import("#lib/messages/en.ts")).en;
  }
}
