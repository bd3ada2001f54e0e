import type { SuggestionState } from "./suggestion-tables.ts";

// What mails call the states; pages have words of their own.

type Words = Record<SuggestionState, string>;
const EN: Words = { new: "Open", planned: "Planned", started: "Under way", shipped: "Available", declined: "Declined" };
const WORDS: Record<string, Words> = {
  fr: { new: "Ouverte", planned: "Prévue", started: "En cours", shipped: "Disponible", declined: "Non retenue" },
  nl: { new: "Open", planned: "Gepland", started: "In de maak", shipped: "Beschikbaar", declined: "Niet weerhouden" },
  en: EN,
};

export function stateWord(state: SuggestionState, language: string): string {
  return (WORDS[language] ?? EN)[state];
}
