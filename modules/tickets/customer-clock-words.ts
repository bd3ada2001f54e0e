import type { Receipt } from "@permanence/sla";

/** How a customer is told what was promised to them and what became of it. Times come in words; sentences stand by
 *  themselves. No name, address or target of the desk's own is among them. */
export type CustomerClockWords = {
  received(at: string): string;
  writtenDown(at: string): string;
  notified: Record<Receipt, (at: string) => string>;
  sent(at: string, until: string): string;
  sentUnproven(at: string): string;
  cameBack: string;
  underWay: string;
  promised(words: string): string;
  counts(calendar: boolean, due: string): string;
  kept(left: string): string;
  late(by: string): string;
  lateStill(by: string): string;
  void: string;
  target: Record<"first-reply" | "next-reply" | "resolution", string>;
  by(target: string, due: string): string;
  done(target: string, at: string): string;
  stands(target: string): string;
  works(when: string): string;
  hours: string;
};

const fr: CustomerClockWords = {
  received: (at) => `Reçue : ${at}.`,
  writtenDown: (at) => `Notée pour vous par un agent : ${at}.`,
  notified: {
    presumed: (at) =>
      `Enregistrée et confirmée : ${at}. La confirmation est partie à cet instant, et n’est pas revenue.`,
    delivered: (at) =>
      `Enregistrée et confirmée : ${at}. Votre serveur de courrier a signalé l’arrivée de la confirmation.`,
    displayed: (at) => `Enregistrée et confirmée : ${at}. Vous avez vu la confirmation, ou l’avez eue au téléphone.`,
  },
  sent: (at, until) =>
    `Enregistrée ; la confirmation est partie : ${at}. Elle vaut reçue si elle ne revient pas avant ${until}.`,
  sentUnproven: (at) =>
    `Enregistrée ; la confirmation est partie : ${at}. Nous attendons que votre serveur de courrier signale son arrivée.`,
  cameBack: "La confirmation n’est pas arrivée à votre adresse. Nous cherchons un autre chemin vers vous.",
  underWay: "Enregistrée ; la confirmation est en route.",
  promised: (words) => `Promis : ${words}.`,
  counts: (byCalendar, due) =>
    byCalendar
      ? `Seules les heures d’ouverture comptent : échéance ${due}.`
      : `Le temps compte jour et nuit : échéance ${due}.`,
  kept: (left) => `Promesse tenue, ${left} avant l’échéance.`,
  late: (by) => `Promesse non tenue : ${by} de retard.`,
  lateStill: (by) => `L’échéance est passée depuis ${by}. Nous vous devons encore la confirmation.`,
  void: "Close comme n’étant pas une demande : rien n’était promis.",
  target: {
    "first-reply": "Première réponse",
    "next-reply": "Réponse à votre dernier message",
    resolution: "Résolution",
  },
  by: (target, due) => `${target} : promise pour ${due}.`,
  done: (target, at) => `${target} : ${at}.`,
  stands: (target) => `${target} : le délai ne court pas pour l’instant.`,
  works: (when) => `Nous y travaillons : ${when}.`,
  hours: "h",
};

const nl: CustomerClockWords = {
  received: (at) => `Ontvangen: ${at}.`,
  writtenDown: (at) => `Voor u genoteerd door een medewerker: ${at}.`,
  notified: {
    presumed: (at) => `Geregistreerd en gemeld: ${at}. De bevestiging vertrok toen, en kwam niet terug.`,
    delivered: (at) => `Geregistreerd en gemeld: ${at}. Uw mailserver meldde dat de bevestiging aankwam.`,
    displayed: (at) => `Geregistreerd en gemeld: ${at}. U zag de bevestiging, of kreeg ze aan de telefoon.`,
  },
  sent: (at, until) =>
    `Geregistreerd; de bevestiging vertrok: ${at}. Ze geldt als ontvangen als ze niet terugkomt vóór ${until}.`,
  sentUnproven: (at) =>
    `Geregistreerd; de bevestiging vertrok: ${at}. Wij wachten tot uw mailserver meldt dat ze aankwam.`,
  cameBack: "De bevestiging kwam niet aan op uw adres. Wij zoeken een andere weg naar u.",
  underWay: "Geregistreerd; de bevestiging is onderweg.",
  promised: (words) => `Beloofd: ${words}.`,
  counts: (byCalendar, due) =>
    byCalendar ? `Alleen de openingsuren tellen: uiterlijk ${due}.` : `De tijd telt dag en nacht: uiterlijk ${due}.`,
  kept: (left) => `Belofte gehouden, ${left} voor de uiterste tijd.`,
  late: (by) => `Belofte niet gehouden: ${by} te laat.`,
  lateStill: (by) => `De uiterste tijd is ${by} voorbij. Wij zijn u de bevestiging nog verschuldigd.`,
  void: "Gesloten als geen verzoek: er was niets beloofd.",
  target: { "first-reply": "Eerste antwoord", "next-reply": "Antwoord op uw laatste bericht", resolution: "Oplossing" },
  by: (target, due) => `${target}: beloofd tegen ${due}.`,
  done: (target, at) => `${target}: ${at}.`,
  stands: (target) => `${target}: de tijd loopt nu niet.`,
  works: (when) => `Wij werken eraan: ${when}.`,
  hours: "u",
};

const en: CustomerClockWords = {
  received: (at) => `Received: ${at}.`,
  writtenDown: (at) => `Written down for you by an agent: ${at}.`,
  notified: {
    presumed: (at) => `Registered and notified: ${at}. The confirmation left then, and did not come back.`,
    delivered: (at) => `Registered and notified: ${at}. Your mail server reported that the confirmation arrived.`,
    displayed: (at) => `Registered and notified: ${at}. You saw the confirmation, or heard it on the phone.`,
  },
  sent: (at, until) =>
    `Registered; the confirmation left: ${at}. It counts as received unless it comes back before ${until}.`,
  sentUnproven: (at) =>
    `Registered; the confirmation left: ${at}. We wait for your mail server to report that it arrived.`,
  cameBack: "The confirmation did not arrive at your address. We are looking for another way to reach you.",
  underWay: "Registered; the confirmation is on its way.",
  promised: (words) => `Promised: ${words}.`,
  counts: (byCalendar, due) =>
    byCalendar ? `Only opening hours count: due ${due}.` : `Time counts day and night: due ${due}.`,
  kept: (left) => `Promise kept, ${left} before it was due.`,
  late: (by) => `Promise not kept: late by ${by}.`,
  lateStill: (by) => `It was due ${by} ago. We still owe you the confirmation.`,
  void: "Closed as not a request: nothing was promised.",
  target: { "first-reply": "First reply", "next-reply": "Reply to your last message", resolution: "Resolution" },
  by: (target, due) => `${target}: promised by ${due}.`,
  done: (target, at) => `${target}: ${at}.`,
  stands: (target) => `${target}: its time does not run at the moment.`,
  works: (when) => `We work on it: ${when}.`,
  hours: "h",
};

const WORDS: Record<string, CustomerClockWords> = { fr, nl, en };

export function customerClockWords(language: string): CustomerClockWords {
  return WORDS[language] ?? en;
}
