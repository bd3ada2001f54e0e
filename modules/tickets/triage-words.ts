import type { AROUND, KIND, STOPPED } from "./triage-table.ts";

/** The questions as a customer reads them. */
export type TriageWords = {
  kind: { question: string; answers: Record<(typeof KIND)[number], string> };
  stopped: { question: string; answers: Record<(typeof STOPPED)[number], string> };
  around: { question: string; answers: Record<(typeof AROUND)[number], string> };
};

const WORDS: Record<"fr" | "nl" | "en", TriageWords> = {
  fr: {
    kind: {
      question: "De quoi s’agit-il\u202f?",
      answers: { fault: "Quelque chose ne fonctionne pas", question: "J’ai une question", wish: "J’ai un souhait" },
    },
    stopped: {
      question: "Votre travail est-il arrêté\u202f?",
      answers: { stopped: "Oui, il est arrêté", hurt: "Il est gravement gêné", no: "Non, je peux travailler" },
    },
    around: {
      question: "Y a-t-il un autre moyen d’y arriver\u202f?",
      answers: { no: "Non, aucun", partly: "En partie, avec peine", yes: "Oui" },
    },
  },
  nl: {
    kind: {
      question: "Waarover gaat het?",
      answers: { fault: "Er werkt iets niet", question: "Ik heb een vraag", wish: "Ik heb een wens" },
    },
    stopped: {
      question: "Ligt uw werk stil?",
      answers: { stopped: "Ja, het ligt stil", hurt: "Het is ernstig gehinderd", no: "Nee, ik kan werken" },
    },
    around: {
      question: "Is er een andere manier?",
      answers: { no: "Nee, geen enkele", partly: "Gedeeltelijk, met moeite", yes: "Ja" },
    },
  },
  en: {
    kind: {
      question: "What is it about?",
      answers: { fault: "Something does not work", question: "I have a question", wish: "I have a wish" },
    },
    stopped: {
      question: "Has your work stopped?",
      answers: { stopped: "Yes, it has stopped", hurt: "It is badly hurt", no: "No, I can work" },
    },
    around: {
      question: "Is there another way to do it?",
      answers: { no: "No, none", partly: "Partly, with effort", yes: "Yes" },
    },
  },
};

/** In English where the program has no words of that language. */
export function triageWords(language: string): TriageWords {
  return WORDS[language as keyof typeof WORDS] ?? WORDS.en;
}
