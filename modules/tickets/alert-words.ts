import type { AlertRow } from "./alert-store.ts";

type Told = Pick<AlertRow, "kind" | "detail">;

type Words = {
  subject(deskName: string, count: number, first: string): string;
  sentence: { [K in AlertRow["kind"]]: (detail: AlertRow["detail"]) => string };
  target: Record<string, string>;
};

const ticket = ({ number, title }: AlertRow["detail"]) => `${number ?? ""} ${title ? `“${title}”` : ""}`.trim();

const TARGETS = {
  fr: {
    response: "l’accusé",
    "first-reply": "la première réponse",
    "next-reply": "la réponse suivante",
    resolution: "la résolution",
  },
  nl: {
    response: "de melding",
    "first-reply": "het eerste antwoord",
    "next-reply": "het volgende antwoord",
    resolution: "de oplossing",
  },
  en: {
    response: "the notice",
    "first-reply": "the first reply",
    "next-reply": "the next reply",
    resolution: "the resolution",
  },
} as const;

const WORDS: Record<"fr" | "nl" | "en", Words> = {
  fr: {
    subject: (deskName, count, first) => (count === 1 ? `${deskName} : ${first}` : `${deskName} : ${count} alertes`),
    target: TARGETS.fr,
    sentence: {
      held: ({ from, reason }) => `Du courrier est retenu (${from ?? "?"}) et attend une décision. ${reason ?? ""}`,
      "notice-failed": (detail) =>
        `L’accusé du ticket ${ticket(detail)} n’est pas arrivé : son horloge court. ${detail.reason ?? ""}`,
      "clock-warning": (detail) =>
        warning(detail, WORDS.fr.target, (what, share) =>
          share === 100
            ? `Ticket ${ticket(detail)} : ${what} est en retard.`
            : `Ticket ${ticket(detail)} : ${share} % du délai pour ${what} est écoulé.`,
        ),
      "mailbox-failing": ({ mailbox, reason }) => `La boîte ${mailbox} ne peut plus être relevée. ${reason ?? ""}`,
      "relay-away": ({ reason }) => `Le serveur d’envoi ne répond pas : rien ne part, tout attend. ${reason ?? ""}`,
      "clock-disagrees": ({ reason }) =>
        `L’horloge de la machine n’est pas sûre : aucun délai n’est dit dépassé entre-temps. ${reason ?? ""}`,
      "page-failed": (detail) =>
        `Un appel pour ${ticket(detail) ? `le ticket ${ticket(detail)}` : "l’essai du jour"} n’a atteint personne. ${detail.reason ?? ""}`,
      "canary-failed": ({ reason }) =>
        `L’essai quotidien de l’astreinte n’a pas été confirmé : vérifiez que les appels arrivent. ${reason ?? ""}`,
      "duty-gap": ({ reason }) => `Personne n’est d’astreinte : ${reason ?? ""}`,
      "erasure-asked": () =>
        "Un client demande l’effacement de ses données : le règlement européen donne un mois pour répondre.",
      "incident-offered": ({ count, title }) =>
        `${count ?? ""} demandes se ressemblent (« ${title ?? ""} ») : un incident vous est proposé.`,
    },
  },
  nl: {
    subject: (deskName, count, first) => (count === 1 ? `${deskName}: ${first}` : `${deskName}: ${count} meldingen`),
    target: TARGETS.nl,
    sentence: {
      held: ({ from, reason }) =>
        `Er wordt mail tegengehouden (${from ?? "?"}), die op een beslissing wacht. ${reason ?? ""}`,
      "notice-failed": (detail) =>
        `De melding van ticket ${ticket(detail)} is niet aangekomen: de klok loopt. ${detail.reason ?? ""}`,
      "clock-warning": (detail) =>
        warning(detail, WORDS.nl.target, (what, share) =>
          share === 100
            ? `Ticket ${ticket(detail)}: ${what} is te laat.`
            : `Ticket ${ticket(detail)}: ${share} % van de termijn voor ${what} is om.`,
        ),
      "mailbox-failing": ({ mailbox, reason }) => `De mailbox ${mailbox} kan niet meer gelezen worden. ${reason ?? ""}`,
      "relay-away": ({ reason }) => `De verzendserver antwoordt niet: niets vertrekt, alles wacht. ${reason ?? ""}`,
      "clock-disagrees": ({ reason }) =>
        `De klok van de machine is niet betrouwbaar: intussen geldt geen termijn als overschreden. ${reason ?? ""}`,
      "page-failed": (detail) =>
        `Een oproep voor ${ticket(detail) ? `ticket ${ticket(detail)}` : "de dagelijkse proef"} heeft niemand bereikt. ${detail.reason ?? ""}`,
      "canary-failed": ({ reason }) =>
        `De dagelijkse proef van de wachtdienst is niet bevestigd: ga na of oproepen aankomen. ${reason ?? ""}`,
      "duty-gap": ({ reason }) => `Niemand heeft wachtdienst: ${reason ?? ""}`,
      "erasure-asked": () =>
        "Een klant vraagt om zijn gegevens te wissen: de Europese verordening geeft een maand om te antwoorden.",
      "incident-offered": ({ count, title }) =>
        `${count ?? ""} aanvragen lijken op elkaar (“${title ?? ""}”): er wordt u een incident voorgesteld.`,
    },
  },
  en: {
    subject: (deskName, count, first) => (count === 1 ? `${deskName}: ${first}` : `${deskName}: ${count} alerts`),
    target: TARGETS.en,
    sentence: {
      held: ({ from, reason }) => `Mail is held (${from ?? "?"}) and waits for a decision. ${reason ?? ""}`,
      "notice-failed": (detail) =>
        `The notice of ticket ${ticket(detail)} did not arrive: its clock runs. ${detail.reason ?? ""}`,
      "clock-warning": (detail) =>
        warning(detail, WORDS.en.target, (what, share) =>
          share === 100
            ? `Ticket ${ticket(detail)}: ${what} is late.`
            : `Ticket ${ticket(detail)}: ${share} % of the time for ${what} is used up.`,
        ),
      "mailbox-failing": ({ mailbox, reason }) => `The mailbox ${mailbox} can no longer be read. ${reason ?? ""}`,
      "relay-away": ({ reason }) =>
        `The sending server does not answer: nothing leaves, everything waits. ${reason ?? ""}`,
      "clock-disagrees": ({ reason }) =>
        `The machine’s clock cannot be believed: meanwhile nothing is said to be late. ${reason ?? ""}`,
      "page-failed": (detail) =>
        `A page for ${ticket(detail) ? `ticket ${ticket(detail)}` : "the daily canary"} reached nobody. ${detail.reason ?? ""}`,
      "canary-failed": ({ reason }) =>
        `The daily canary page was not acknowledged: see whether pages arrive. ${reason ?? ""}`,
      "duty-gap": ({ reason }) => `Nobody is on duty: ${reason ?? ""}`,
      "erasure-asked": () =>
        "A customer asks to have their data erased: the European regulation gives a month to answer.",
      "incident-offered": ({ count, title }) =>
        `${count ?? ""} requests are alike (“${title ?? ""}”): an incident is offered to you.`,
    },
  },
};

function warning(
  { target, percent }: AlertRow["detail"],
  targets: Record<string, string>,
  say: (what: string, share: number) => string,
) {
  return say(targets[target ?? ""] ?? target ?? "", percent ?? 100);
}

/** An alert in one or two sentences. Reasons stay as they were given. */
export function alertSentence({ kind, detail }: Told, language: string): string {
  return wordsOf(language).sentence[kind](detail).trim();
}

/** The subject of a mail that tells of so many. */
export function alertSubject(deskName: string, alerts: Told[], language: string): string {
  const [first] = alertSentence(alerts[0]!, language).split(/(?<=[.])\s/);
  return wordsOf(language).subject(deskName, alerts.length, first!.slice(0, 150));
}

function wordsOf(language: string): Words {
  return WORDS[language as keyof typeof WORDS] ?? WORDS.en;
}
