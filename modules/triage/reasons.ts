import { assertNever } from "@permanence/kernel";
import type { Priority } from "@permanence/sla";
import type { TriageLanguage } from "./cases.ts";
import type { RuleName } from "./rules.ts";

/** Why a priority was suggested: a rule that the mail meets, with its words, or a word that speaks towards a priority. */
export type TriageReason =
  | { kind: "rule"; rule: RuleName | "no-words" | "unsure" | "cut"; words: string }
  | { kind: "word"; word: string; towards: Priority; weight: number };

/** The reason as a sentence for the desk. */
export function describeReason(reason: TriageReason, language: TriageLanguage): string {
  const { rules, quoted, word, priorities } = SENTENCES[language];
  switch (reason.kind) {
    case "rule":
      return reason.words === "" ? `${rules[reason.rule]}.` : `${rules[reason.rule]}${quoted(reason.words)}.`;
    case "word":
      return word(reason.word, priorities[reason.towards]);
    default:
      return assertNever(reason);
  }
}

type Sentences = {
  rules: Record<RuleName | "no-words" | "unsure" | "cut", string>;
  priorities: Record<Priority, string>;
  quoted: (words: string) => string;
  word: (word: string, priority: string) => string;
};

const SENTENCES: Record<TriageLanguage, Sentences> = {
  fr: {
    rules: {
      standstill: "Le service est à l'arrêt",
      nobody: "Plus personne n'est servi",
      "no-way-around": "Il n'y a pas de solution de rechange",
      "sending-fails": "L'envoi échoue",
      "data-loss": "Des données sont perdues",
      intrusion: "Des données tombent entre d'autres mains",
      "at-once": "L'aide est demandée sur-le-champ",
      slow: "Le service est lent ou en retard",
      partly: "Une partie seulement fonctionne",
      "costly-way-around": "Il y a un contournement, qui coûte du temps",
      "whole-team": "Toute l'équipe est touchée",
      "not-blocked": "Le travail n'est pas empêché",
      "small-fault": "Une fonction présente un défaut",
      single: "Un seul élément est touché",
      question: "C'est une question",
      wish: "C'est un souhait",
      "no-hurry": "Le client dit que cela ne presse pas",
      resolved: "Le client dit que c'est résolu",
      "loud-subject": "L'objet parle d'urgence, ce qui prouve peu",
      "no-words": "Le message ne contient pas de mots",
      unsure: "Les mots ne désignent clairement aucune priorité",
      cut: "Le message est long\u202f; seul son début a été lu",
    },
    priorities: { urgent: "urgente", high: "haute", normal: "normale", low: "basse" },
    quoted: (words) => `\u00a0: «\u00a0${words}\u00a0»`,
    word: (word, priority) => `«\u00a0${word}\u00a0» indique une priorité ${priority}.`,
  },
  nl: {
    rules: {
      standstill: "De dienst ligt stil",
      nobody: "Niemand wordt nog bediend",
      "no-way-around": "Er is geen uitweg",
      "sending-fails": "Verzenden mislukt",
      "data-loss": "Er zijn gegevens verloren",
      intrusion: "Gegevens komen in andere handen",
      "at-once": "Er wordt onmiddellijke hulp gevraagd",
      slow: "De dienst is traag of loopt achter",
      partly: "Slechts een deel werkt",
      "costly-way-around": "Er is een omweg, die tijd kost",
      "whole-team": "Het hele team is getroffen",
      "not-blocked": "Het werk wordt niet belet",
      "small-fault": "Een functie heeft een gebrek",
      single: "Eén enkel element is getroffen",
      question: "Het is een vraag",
      wish: "Het is een wens",
      "no-hurry": "De klant zegt dat er geen haast bij is",
      resolved: "De klant zegt dat het opgelost is",
      "loud-subject": "Het onderwerp noemt het dringend, wat weinig bewijst",
      "no-words": "Het bericht bevat geen woorden",
      unsure: "De woorden wijzen duidelijk naar geen enkele prioriteit",
      cut: "Het bericht is lang; alleen het begin is gelezen",
    },
    priorities: { urgent: "dringend", high: "hoog", normal: "normaal", low: "laag" },
    quoted: (words) => `: “${words}”`,
    word: (word, priority) => `“${word}” wijst op prioriteit ${priority}.`,
  },
  en: {
    rules: {
      standstill: "The service is at a standstill",
      nobody: "Nobody is served any more",
      "no-way-around": "There is no way around",
      "sending-fails": "Sending fails",
      "data-loss": "Data is lost",
      intrusion: "Data falls into other hands",
      "at-once": "Help is asked for at once",
      slow: "The service is slow or late",
      partly: "Only a part works",
      "costly-way-around": "There is a way around, which costs time",
      "whole-team": "The whole team is affected",
      "not-blocked": "Work is not prevented",
      "small-fault": "A feature has a fault",
      single: "A single item is affected",
      question: "It is a question",
      wish: "It is a wish",
      "no-hurry": "The customer says that there is no hurry",
      resolved: "The customer says that it is resolved",
      "loud-subject": "The subject calls it urgent, which proves little",
      "no-words": "The message contains no words",
      unsure: "The words point clearly to no priority",
      cut: "The message is long; only its beginning was read",
    },
    priorities: { urgent: "urgent", high: "high", normal: "normal", low: "low" },
    quoted: (words) => `: "${words}"`,
    word: (word, priority) => `"${word}" points to priority ${priority}.`,
  },
};
