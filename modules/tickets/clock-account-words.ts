import type { Receipt } from "@permanence/sla";
import type { NoticeFact } from "./clock-account.ts";
import type { ClockTarget } from "./ticket-clocks.ts";
import type { Priority } from "./ticket-tables.ts";

/** How a clock is explained. Times and durations come in words; sentences stand by themselves. */
export type AccountWords = {
  target: Record<ClockTarget, string>;
  priority: Record<Priority, string>;
  state: Record<string, string>;
  source: Record<string, string>;
  startedByReceipt(at: string): string;
  /** How the desk's receipt shows. */
  takenBySmtp(mail: string, mailbox: string, ip: string): string;
  takenByImap(mail: string, mailbox: string): string;
  openedByAgent: string;
  startedByMessage(at: string): string;
  promised(priority: string, time: string, policy: string | null): string;
  policy(name: string, version: number): string;
  aroundTheClock: string;
  byCalendar(calendar: string, zone: string): string;
  calendar: string;
  version(name: string, version: number): string;
  priorityChanged(at: string, from: string, to: string): string;
  judgedBy(priority: string): string;
  counted(from: string, until: string, time: string): string;
  countedMore(count: number): string;
  stoodStill(from: string, until: string, state: string): string;
  standsStill(from: string, state: string): string;
  due(at: string, time: string): string;
  never: string;
  handedOver(at: string, attempt: number, to: string): string;
  demands(receipt: Receipt, waitingEndsAt: string): string;
  fact(fact: NoticeFact, at: string, dated: string | null, source: string): string;
  notMoved: string;
  noNotice: string;
  receipt(receipt: Receipt, at: string): string;
  replied(at: string): string;
  closed(at: string): string;
  metBy(left: string): string;
  lateBy(late: string): string;
  running(left: string): string;
  pending(until: string): string;
  breached(late: string): string;
  raised: string;
  void: string;
  hours: string;
  picture: Record<"counted" | "uncounted" | "due" | "stopped" | "now", string>;
  asOf(at: string, zone: string): string;
};

const about = (attempt: number | null, words: (number: number) => string, none: string) =>
  attempt === null ? none : words(attempt);
const detailed = (detail: string) => (detail === "" ? "" : ` “${detail}”`);

const fr: AccountWords = {
  target: {
    response: "Accusé d’enregistrement",
    "first-reply": "Première réponse",
    "next-reply": "Réponse suivante",
    resolution: "Résolution",
  },
  priority: { urgent: "urgente", high: "haute", normal: "normale", low: "basse" },
  state: { waiting: "en attente du client", "on-hold": "en suspens", closed: "clos", new: "nouveau", open: "ouvert" },
  source: {
    relay: "réponse du serveur d’envoi",
    outbox: "le guichet lui-même",
    "delivery-report": "rapport de livraison",
    "disposition-notice": "confirmation de lecture",
    call: "appel noté",
    reply: "réponse du client",
    portal: "espace du client",
    form: "formulaire",
  },
  startedByReceipt: (at) => `L’horloge part de la réception du ticket par le guichet : ${at}.`,
  takenBySmtp: (mail, mailbox, ip) =>
    `À cet instant, le serveur de courrier de ${mailbox} a accepté le message ${mail} venant de ${ip}.`,
  takenByImap: (mail, mailbox) => `À cet instant, le serveur IMAP de ${mailbox} a reçu le message ${mail}.`,
  openedByAgent: "À cet instant, un agent a ouvert le ticket pour le client.",
  startedByMessage: (at) => `L’horloge part du premier message du client resté sans réponse : ${at}.`,
  promised: (priority, time, policy) =>
    `Priorité ${priority} : promis en ${time}${policy === null ? "" : ` (${policy})`}.`,
  policy: (name, version) => `politique « ${name} », version ${version}`,
  aroundTheClock: "Le temps compte jour et nuit.",
  byCalendar: (calendar, zone) => `Seules comptent les heures ouvertes de ${calendar}, fuseau ${zone}.`,
  calendar: "son calendrier",
  version: (name, version) => `« ${name} » (version ${version})`,
  priorityChanged: (at, from, to) => `Priorité changée de ${from} à ${to} : ${at}.`,
  judgedBy: (priority) => `Le délai qui juge est celui de la priorité ${priority}, compté depuis le même départ.`,
  counted: (from, until, time) => `Compté : de ${from} à ${until} (${time}).`,
  countedMore: (count) => `Et ${count} autres plages.`,
  stoodStill: (from, until, state) => `À l’arrêt (${state}) : de ${from} à ${until}.`,
  standsStill: (from, state) => `À l’arrêt (${state}) depuis ${from} ; aucune échéance ne passe entre-temps.`,
  due: (at, time) => `Le délai de ${time} est épuisé, et c’est l’échéance : ${at}.`,
  never: "Le calendrier n’ouvre jamais assez longtemps : il n’y a pas d’échéance.",
  handedOver: (at, attempt, to) => `Envoi ${attempt} de l’accusé${to && `, à ${to}`} : remis au serveur d’envoi ${at}.`,
  demands: (receipt, waitingEndsAt) =>
    ({
      presumed: `Il vaut reçu à cet instant si aucun échec ne revient avant ${waitingEndsAt}.`,
      delivered: "Seule une preuve de livraison vaut réception.",
      displayed: "Seule une preuve que le client l’a vu vaut réception.",
    })[receipt],
  fact: ({ rung, attempt, detail }, at, dated, source) =>
    ({
      "handed-over": `Remis : ${at}.`,
      delivered: `${about(attempt, (n) => `Envoi ${n} livré`, "Livraison rapportée")}${dated === null ? "" : `, selon le rapport ${dated}`} ; appris ${at} (${source}).`,
      failed: `${about(attempt, (n) => `Envoi ${n} échoué : il n’a jamais été reçu`, "Échec rapporté")} ; appris ${at} (${source}).${detailed(detail)}`,
      displayed: `Le client a vu l’accusé : ${at} (${source}).`,
    })[rung],
  notMoved: "Cela n’arrête ni ne relance l’horloge.",
  noNotice: "Aucun accusé n’a encore été remis au serveur d’envoi.",
  receipt: (receipt, at) =>
    ({
      presumed: `L’horloge s’arrête à cette remise : ${at}. La réception est présumée : aucun échec n’est revenu à temps.`,
      delivered: `L’horloge s’arrête : ${at}. La réception est prouvée par une livraison rapportée.`,
      displayed: `L’horloge s’arrête : ${at}. La réception est prouvée : le client a vu l’accusé.`,
    })[receipt],
  replied: (at) => `Une réponse du guichet arrête l’horloge : ${at}.`,
  closed: (at) => `La clôture du ticket arrête l’horloge : ${at}.`,
  metBy: (left) => `Tenu : ${left} avant l’échéance.`,
  lateBy: (late) => `Dépassé : ${late} après l’échéance.`,
  running: (left) => `L’horloge court ; il reste ${left}.`,
  pending: (until) => `Un envoi remis à temps est en attente de preuve, jusqu’à ${until}.`,
  breached: (late) => `Rien ne l’a arrêtée à temps : en retard de ${late}, et elle court toujours.`,
  raised: "Seul le relèvement de la priorité l’a mise en retard : c’est compté à part.",
  void: "Un agent a clos le ticket comme n’étant pas une demande : l’horloge est sans objet, et comptée à part.",
  hours: "h",
  picture: { counted: "compté", uncounted: "non compté", due: "échéance", stopped: "arrêt", now: "maintenant" },
  asOf: (at, zone) => `Selon ce que le guichet savait : ${at}. Toutes les heures sont celles de ${zone}.`,
};

const nl: AccountWords = {
  target: {
    response: "Melding van registratie",
    "first-reply": "Eerste antwoord",
    "next-reply": "Volgend antwoord",
    resolution: "Oplossing",
  },
  priority: { urgent: "dringend", high: "hoog", normal: "normaal", low: "laag" },
  state: { waiting: "wacht op de klant", "on-hold": "aangehouden", closed: "gesloten", new: "nieuw", open: "open" },
  source: {
    relay: "antwoord van de verzendserver",
    outbox: "de helpdesk zelf",
    "delivery-report": "bezorgrapport",
    "disposition-notice": "leesbevestiging",
    call: "genoteerd telefoongesprek",
    reply: "antwoord van de klant",
    portal: "ruimte van de klant",
    form: "formulier",
  },
  startedByReceipt: (at) => `De klok begint bij de ontvangst van het ticket door de helpdesk: ${at}.`,
  takenBySmtp: (mail, mailbox, ip) =>
    `Op dat ogenblik aanvaardde de mailserver van ${mailbox} het bericht ${mail}, komend van ${ip}.`,
  takenByImap: (mail, mailbox) => `Op dat ogenblik ontving de IMAP-server van ${mailbox} het bericht ${mail}.`,
  openedByAgent: "Op dat ogenblik opende een medewerker het ticket voor de klant.",
  startedByMessage: (at) => `De klok begint bij het eerste onbeantwoorde bericht van de klant: ${at}.`,
  promised: (priority, time, policy) =>
    `Prioriteit ${priority}: beloofd binnen ${time}${policy === null ? "" : ` (${policy})`}.`,
  policy: (name, version) => `beleid „${name}”, versie ${version}`,
  aroundTheClock: "De tijd telt dag en nacht.",
  byCalendar: (calendar, zone) => `Alleen de open uren van ${calendar} tellen, tijdzone ${zone}.`,
  calendar: "de kalender",
  version: (name, version) => `„${name}” (versie ${version})`,
  priorityChanged: (at, from, to) => `Prioriteit gewijzigd van ${from} naar ${to}: ${at}.`,
  judgedBy: (priority) => `De termijn van prioriteit ${priority} geldt, geteld vanaf hetzelfde begin.`,
  counted: (from, until, time) => `Geteld: van ${from} tot ${until} (${time}).`,
  countedMore: (count) => `En nog ${count} tijdvakken.`,
  stoodStill: (from, until, state) => `Stond stil (${state}): van ${from} tot ${until}.`,
  standsStill: (from, state) => `Staat stil (${state}) sinds ${from}; ondertussen verstrijkt geen termijn.`,
  due: (at, time) => `De termijn van ${time} is om, en dat is de uiterste tijd: ${at}.`,
  never: "De kalender is nooit lang genoeg open: er is geen uiterste tijd.",
  handedOver: (at, attempt, to) => `Verzending ${attempt} van de melding${to && `, aan ${to}`}: overhandigd ${at}.`,
  demands: (receipt, waitingEndsAt) =>
    ({
      presumed: `Ze geldt op dat ogenblik als ontvangen als er vóór ${waitingEndsAt} geen fout terugkomt.`,
      delivered: "Alleen een bewijs van bezorging geldt als ontvangst.",
      displayed: "Alleen een bewijs dat de klant ze zag geldt als ontvangst.",
    })[receipt],
  fact: ({ rung, attempt, detail }, at, dated, source) =>
    ({
      "handed-over": `Overhandigd: ${at}.`,
      delivered: `${about(attempt, (n) => `Verzending ${n} bezorgd`, "Bezorging gemeld")}${dated === null ? "" : `, volgens het rapport ${dated}`}; vernomen ${at} (${source}).`,
      failed: `${about(attempt, (n) => `Verzending ${n} mislukt: ze is nooit ontvangen`, "Mislukking gemeld")}; vernomen ${at} (${source}).${detailed(detail)}`,
      displayed: `De klant zag de melding: ${at} (${source}).`,
    })[rung],
  notMoved: "Dat stopt de klok niet en start ze niet opnieuw.",
  noNotice: "Er is nog geen melding aan de verzendserver overhandigd.",
  receipt: (receipt, at) =>
    ({
      presumed: `De klok stopt bij die overhandiging: ${at}. Ontvangst is vermoed: er kwam op tijd geen fout terug.`,
      delivered: `De klok stopt: ${at}. Ontvangst is bewezen door een gemelde bezorging.`,
      displayed: `De klok stopt: ${at}. Ontvangst is bewezen: de klant zag de melding.`,
    })[receipt],
  replied: (at) => `Een antwoord van de helpdesk stopt de klok: ${at}.`,
  closed: (at) => `Het sluiten van het ticket stopt de klok: ${at}.`,
  metBy: (left) => `Gehaald: ${left} vóór de uiterste tijd.`,
  lateBy: (late) => `Overschreden: ${late} na de uiterste tijd.`,
  running: (left) => `De klok loopt; er blijft ${left}.`,
  pending: (until) => `Een tijdig overhandigde verzending wacht op bewijs, tot ${until}.`,
  breached: (late) => `Niets stopte ze op tijd: ${late} te laat, en ze loopt nog.`,
  raised: "Alleen de verhoging van de prioriteit maakte ze te laat: dat wordt apart geteld.",
  void: "Een medewerker sloot het ticket als geen verzoek: de klok is vervallen, en apart geteld.",
  hours: "u",
  picture: { counted: "geteld", uncounted: "niet geteld", due: "uiterste tijd", stopped: "gestopt", now: "nu" },
  asOf: (at, zone) => `Volgens wat de helpdesk wist op ${at}. Alle tijden zijn die van ${zone}.`,
};

const en: AccountWords = {
  target: {
    response: "Notice of registration",
    "first-reply": "First reply",
    "next-reply": "Next reply",
    resolution: "Resolution",
  },
  priority: { urgent: "urgent", high: "high", normal: "normal", low: "low" },
  state: { waiting: "waiting for the customer", "on-hold": "on hold", closed: "closed", new: "new", open: "open" },
  source: {
    relay: "answer of the sending server",
    outbox: "the desk itself",
    "delivery-report": "delivery report",
    "disposition-notice": "reading receipt",
    call: "logged call",
    reply: "reply of the customer",
    portal: "portal",
    form: "form",
  },
  startedByReceipt: (at) => `The clock starts with the desk’s receipt of the ticket: ${at}.`,
  takenBySmtp: (mail, mailbox, ip) =>
    `At that moment the mail server of ${mailbox} accepted the message ${mail} from ${ip}.`,
  takenByImap: (mail, mailbox) => `At that moment the IMAP server of ${mailbox} received the message ${mail}.`,
  openedByAgent: "At that moment an agent opened the ticket for the customer.",
  startedByMessage: (at) => `The clock starts with the customer’s first unanswered message: ${at}.`,
  promised: (priority, time, policy) =>
    `Priority ${priority}: promised within ${time}${policy === null ? "" : ` (${policy})`}.`,
  policy: (name, version) => `policy “${name}”, version ${version}`,
  aroundTheClock: "Time counts day and night.",
  byCalendar: (calendar, zone) => `Only the open hours of ${calendar} count, time zone ${zone}.`,
  calendar: "its calendar",
  version: (name, version) => `“${name}” (version ${version})`,
  priorityChanged: (at, from, to) => `Priority changed from ${from} to ${to}: ${at}.`,
  judgedBy: (priority) => `The target of priority ${priority} judges, counted from the same start.`,
  counted: (from, until, time) => `Counted: from ${from} to ${until} (${time}).`,
  countedMore: (count) => `And ${count} more stretches.`,
  stoodStill: (from, until, state) => `Stood still (${state}): from ${from} to ${until}.`,
  standsStill: (from, state) => `Stands still (${state}) since ${from}; no due time passes meanwhile.`,
  due: (at, time) => `The ${time} are used up, and that is the due time: ${at}.`,
  never: "The calendar is never open long enough: there is no due time.",
  handedOver: (at, attempt, to) => `Attempt ${attempt} of the notice${to && `, to ${to}`}: handed over ${at}.`,
  demands: (receipt, waitingEndsAt) =>
    ({
      presumed: `It counts as received at that moment if no failure comes back before ${waitingEndsAt}.`,
      delivered: "Only a proof of delivery counts as receipt.",
      displayed: "Only a proof that the customer saw it counts as receipt.",
    })[receipt],
  fact: ({ rung, attempt, detail }, at, dated, source) =>
    ({
      "handed-over": `Handed over: ${at}.`,
      delivered: `${about(attempt, (n) => `Attempt ${n} delivered`, "Delivery reported")}${dated === null ? "" : `, as the report says ${dated}`}; learned ${at} (${source}).`,
      failed: `${about(attempt, (n) => `Attempt ${n} failed: it was never received`, "Failure reported")}; learned ${at} (${source}).${detailed(detail)}`,
      displayed: `The customer saw the notice: ${at} (${source}).`,
    })[rung],
  notMoved: "It neither stops the clock nor starts it again.",
  noNotice: "No notice was handed over to the sending server yet.",
  receipt: (receipt, at) =>
    ({
      presumed: `The clock stops at that hand-over: ${at}. Receipt is presumed: no failure came back in time.`,
      delivered: `The clock stops: ${at}. Receipt is proven by a reported delivery.`,
      displayed: `The clock stops: ${at}. Receipt is proven: the customer saw the notice.`,
    })[receipt],
  replied: (at) => `A reply of the desk stops the clock: ${at}.`,
  closed: (at) => `Closing the ticket stops the clock: ${at}.`,
  metBy: (left) => `Met: ${left} before the due time.`,
  lateBy: (late) => `Breached: ${late} after the due time.`,
  running: (left) => `The clock runs; ${left} are left.`,
  pending: (until) => `An attempt that was handed over in time waits for proof, until ${until}.`,
  breached: (late) => `Nothing stopped it in time: ${late} late, and it runs on.`,
  raised: "Only the raise of the priority made it late: that is counted apart.",
  void: "An agent closed the ticket as not a request: the clock does not apply, and is counted apart.",
  hours: "h",
  picture: { counted: "counted", uncounted: "not counted", due: "due", stopped: "stopped", now: "now" },
  asOf: (at, zone) => `By what the desk knew on ${at}. All times are those of ${zone}.`,
};

const WORDS: Record<string, AccountWords> = { fr, nl, en };

export function accountWords(language: string): AccountWords {
  return WORDS[language] ?? en;
}
