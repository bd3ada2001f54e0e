import type { Examination, Finding } from "./proof-check.ts";
import type { Unreadable } from "./proof-file.ts";

export const PROOF_LANGUAGES = ["fr", "nl", "en"] as const;
export type ProofLanguage = (typeof PROOF_LANGUAGES)[number];

type Words = {
  holds: string;
  fails: string;
  unreadable: Record<Unreadable, (where: string) => string>;
  signed(key: string): string;
  unsigned: string;
  stranger(key: string): string;
  chain(events: number, erased: number): string;
  broken(sequence: number): string;
  otherTicket: string;
  mails(bound: number, unbound: number, erased: number): string;
  otherMail(id: string): string;
  clocks(count: number): string;
  otherClock(target: string): string;
  day(day: string): string;
  otherDay(day: string): string;
  stamp(day: string, at: string, authority: string): string;
  otherStamp(day: string, why: string): string;
};

const WORDS: Record<ProofLanguage, Words> = {
  fr: {
    holds: "Cette preuve tient : rien n’y a été changé depuis qu’elle a été signée.",
    fails: "Cette preuve ne tient pas.",
    unreadable: {
      "no-json": () => "Ce n’est pas un fichier de preuve : il n’est pas du JSON.",
      "other-format": () => "Ce n’est pas un fichier de preuve de cette sorte.",
      incomplete: (where) => `Le fichier de preuve est incomplet ou changé : ${where}.`,
      "not-as-written": () => "Des octets du fichier ont été changés : il n’est plus tel qu’il a été écrit.",
    },
    signed: (key) => `La signature est juste, de la clé ${key}.`,
    unsigned: "La signature n’est pas celle de ce contenu : il a été changé, ou signé par un autre.",
    stranger: (key) =>
      `Ce n’est pas ce service qui l’a signée : la clé ${key} est celle d’un autre. La commande « permanence proof verify » vérifie le reste.`,
    chain: (events, erased) =>
      `Les ${events} événements s’enchaînent sans lacune${erased === 0 ? "" : ` ; la loi a fait effacer le contenu de ${erased}`}.`,
    broken: (sequence) => `La chaîne est rompue à l’événement ${sequence}.`,
    otherTicket: "Les événements sont ceux d’un autre ticket.",
    mails: (bound, unbound, erased) =>
      `${bound} e-mails sont ceux que la chaîne nomme${unbound === 0 ? "" : `, ${unbound} autres sont joints`}${erased === 0 ? "" : ` ; ${erased} sont effacés`}.`,
    otherMail: (id) => `Un e-mail manque ou n’est pas celui que la chaîne nomme : ${id}.`,
    clocks: (count) => `Recalculées des événements, les ${count} horloges disent la même chose.`,
    otherClock: (target) => `Recalculée des événements, l’horloge « ${target} » dit autre chose.`,
    day: (day) => `La chaîne du ticket est dans l’empreinte du ${day}, avec celles de tous les tickets de ce jour.`,
    otherDay: (day) => `La chaîne du ticket n’est pas dans l’empreinte du ${day}.`,
    stamp: (day, at, authority) => `L’empreinte du ${day} existait le ${at}, selon ${authority}.`,
    otherStamp: (day, why) => `L’horodatage du ${day} ne vaut pas. ${why}`,
  },
  nl: {
    holds: "Dit bewijs houdt stand: niets is gewijzigd sinds het werd ondertekend.",
    fails: "Dit bewijs houdt geen stand.",
    unreadable: {
      "no-json": () => "Dit is geen bewijsbestand: het is geen JSON.",
      "other-format": () => "Dit is geen bewijsbestand van deze soort.",
      incomplete: (where) => `Het bewijsbestand is onvolledig of gewijzigd: ${where}.`,
      "not-as-written": () => "Bytes van het bestand zijn gewijzigd: het is niet meer zoals het werd geschreven.",
    },
    signed: (key) => `De handtekening klopt, van sleutel ${key}.`,
    unsigned: "De handtekening is niet die van deze inhoud: hij is gewijzigd, of door een ander ondertekend.",
    stranger: (key) =>
      `Niet deze dienst heeft het ondertekend: sleutel ${key} is die van een ander. De opdracht „permanence proof verify” kijkt de rest na.`,
    chain: (events, erased) =>
      `De ${events} gebeurtenissen volgen zonder gat op elkaar${erased === 0 ? "" : `; van ${erased} is de inhoud wettelijk gewist`}.`,
    broken: (sequence) => `De keten is gebroken bij gebeurtenis ${sequence}.`,
    otherTicket: "De gebeurtenissen zijn die van een ander ticket.",
    mails: (bound, unbound, erased) =>
      `${bound} e-mails zijn die welke de keten noemt${unbound === 0 ? "" : `, ${unbound} andere zijn bijgevoegd`}${erased === 0 ? "" : `; ${erased} zijn gewist`}.`,
    otherMail: (id) => `Een e-mail ontbreekt of is niet die welke de keten noemt: ${id}.`,
    clocks: (count) => `Opnieuw berekend uit de gebeurtenissen zeggen de ${count} klokken hetzelfde.`,
    otherClock: (target) => `Opnieuw berekend uit de gebeurtenissen zegt de klok „${target}” iets anders.`,
    day: (day) => `De keten van het ticket zit in de vingerafdruk van ${day}, met die van alle tickets van die dag.`,
    otherDay: (day) => `De keten van het ticket zit niet in de vingerafdruk van ${day}.`,
    stamp: (day, at, authority) => `De vingerafdruk van ${day} bestond op ${at}, volgens ${authority}.`,
    otherStamp: (day, why) => `De tijdstempel van ${day} geldt niet. ${why}`,
  },
  en: {
    holds: "This proof holds: nothing in it was changed since it was signed.",
    fails: "This proof does not hold.",
    unreadable: {
      "no-json": () => "This is no proof file: it is not JSON.",
      "other-format": () => "This is no proof file of this kind.",
      incomplete: (where) => `The proof file is incomplete or was changed: ${where}.`,
      "not-as-written": () => "Bytes of the file were changed: it is not as it was written.",
    },
    signed: (key) => `The signature is right, of key ${key}.`,
    unsigned: "The signature is not of this content: it was changed, or signed by somebody else.",
    stranger: (key) =>
      `It was not signed by this service: key ${key} is somebody else’s. The command “permanence proof verify” verifies the rest.`,
    chain: (events, erased) =>
      `The ${events} events follow each other without a gap${erased === 0 ? "" : `; the contents of ${erased} were erased by law`}.`,
    broken: (sequence) => `The chain is broken at event ${sequence}.`,
    otherTicket: "The events are those of another ticket.",
    mails: (bound, unbound, erased) =>
      `${bound} mails are those that the chain names${unbound === 0 ? "" : `, ${unbound} others are enclosed`}${erased === 0 ? "" : `; ${erased} are erased`}.`,
    otherMail: (id) => `A mail is missing or is not the one that the chain names: ${id}.`,
    clocks: (count) => `Reckoned again from the events, the ${count} clocks say the same.`,
    otherClock: (target) => `Reckoned again from the events, the clock “${target}” says something else.`,
    day: (day) => `The ticket’s chain is in the fingerprint of ${day}, with those of all tickets of that day.`,
    otherDay: (day) => `The ticket’s chain is not in the fingerprint of ${day}.`,
    stamp: (day, at, authority) => `The fingerprint of ${day} existed on ${at}, says ${authority}.`,
    otherStamp: (day, why) => `The time stamp of ${day} is not good. ${why}`,
  },
};

/** Whether the proof holds, in one sentence. */
export function verdictWords({ holds }: Pick<Examination, "holds">, language: ProofLanguage): string {
  return holds ? WORDS[language].holds : WORDS[language].fails;
}

export function findingWords(finding: Finding, language: ProofLanguage): string {
  const words = WORDS[language];
  switch (finding.code) {
    case "unreadable":
      return words.unreadable[finding.why](finding.where);
    case "signature":
      return finding.holds ? words.signed(finding.key) : words.unsigned;
    case "stranger":
      return words.stranger(finding.key);
    case "chain":
      return finding.holds ? words.chain(finding.events, finding.erased) : words.broken(finding.sequence);
    case "ticket":
      return words.otherTicket;
    case "mails":
      return finding.holds ? words.mails(finding.bound, finding.unbound, finding.erased) : words.otherMail(finding.id);
    case "clocks":
      return finding.holds ? words.clocks(finding.count) : words.otherClock(finding.target);
    case "day":
      return finding.holds ? words.day(finding.day) : words.otherDay(finding.day);
    case "stamp":
      return finding.holds
        ? words.stamp(finding.day, finding.at.toISOString(), finding.authority)
        : words.otherStamp(finding.day, finding.why);
  }
}
