import type { Counted, Priority } from "./attainment.ts";

export const REPORT_LANGUAGES = ["fr", "nl", "en"] as const;
export type ReportLanguage = (typeof REPORT_LANGUAGES)[number];

/** What a report says on paper. */
export type ReportWords = {
  locale: string;
  title: Record<string, string>;
  period(from: string, to: string): string;
  asOf(when: string): string;
  page(number: number, of: number): string;
  kept(share: string): string;
  decided(met: string, decided: string): string;
  nothing: string;
  receipts(proven: string, presumed: string): string;
  apart(raised: string, voided: string, open: string): string;
  byMonth: string;
  byPriority: string;
  byOrganisation: string;
  byHour: string;
  noOrganisation: string;
  more(count: string): string;
  columns: Record<"group" | "tickets" | "kept" | "late" | "p50" | "p90" | "worst", string>;
  outcome: Record<Extract<Counted, "met" | "breached"> | "presumed", string>;
  priority: Record<Priority, string>;
  /** Monday first. */
  days: string[];
  figure: { months: string; hours: string };
};

export const WORDS: Record<ReportLanguage, ReportWords> = {
  fr: {
    locale: "fr-BE",
    title: {
      response: "Délai de réponse",
      "first-reply": "Première réponse",
      "next-reply": "Réponses suivantes",
      resolution: "Résolution",
    },
    period: (from, to) => `Demandes reçues du ${from} au ${to}`,
    asOf: (when) => `Établi le ${when}`,
    page: (number, of) => `Page ${number} sur ${of}`,
    kept: (share) => `${share} dans les délais`,
    decided: (met, decided) => `${met} demandes sur ${decided} dont l’issue est connue.`,
    nothing: "Aucune demande de cette période n’a encore d’issue.",
    receipts: (proven, presumed) =>
      `Réception par le client : ${proven} prouvées, ${presumed} présumées (aucun échec ne nous est revenu).`,
    apart: (raised, voided, open) =>
      `Comptées à part : ${raised} en retard par le seul relèvement de leur priorité, ${voided} qui n’étaient pas des demandes, ${open} encore sans issue.`,
    byMonth: "Par mois",
    byPriority: "Par priorité",
    byOrganisation: "Par organisation",
    byHour: "Quand les demandes arrivent",
    noOrganisation: "(sans organisation)",
    more: (count) => `… et ${count} autres : voir le fichier CSV.`,
    columns: {
      group: "",
      tickets: "Demandes",
      kept: "Dans les délais",
      late: "En retard",
      p50: "Moitié en",
      p90: "90 % en",
      worst: "Au plus",
    },
    outcome: { met: "à temps, prouvé", presumed: "à temps, présumé", breached: "en retard" },
    priority: { urgent: "Urgente", high: "Haute", normal: "Normale", low: "Basse" },
    days: ["lu", "ma", "me", "je", "ve", "sa", "di"],
    figure: {
      months: "Barres par mois : à temps avec preuve, à temps présumé, en retard. Les chiffres sont dans le tableau.",
      hours: "Carte des heures de la semaine : plus une case est foncée, plus il y arrive de demandes.",
    },
  },
  nl: {
    locale: "nl-BE",
    title: {
      response: "Responstijd",
      "first-reply": "Eerste antwoord",
      "next-reply": "Volgende antwoorden",
      resolution: "Oplossing",
    },
    period: (from, to) => `Aanvragen ontvangen van ${from} tot en met ${to}`,
    asOf: (when) => `Opgesteld op ${when}`,
    page: (number, of) => `Pagina ${number} van ${of}`,
    kept: (share) => `${share} op tijd`,
    decided: (met, decided) => `${met} van de ${decided} aanvragen waarvan de afloop bekend is.`,
    nothing: "Van geen enkele aanvraag uit deze periode is de afloop al bekend.",
    receipts: (proven, presumed) =>
      `Ontvangst door de klant: ${proven} bewezen, ${presumed} vermoed (er kwam geen foutmelding terug).`,
    apart: (raised, voided, open) =>
      `Apart geteld: ${raised} te laat enkel door het verhogen van de prioriteit, ${voided} die geen aanvraag waren, ${open} nog zonder afloop.`,
    byMonth: "Per maand",
    byPriority: "Per prioriteit",
    byOrganisation: "Per organisatie",
    byHour: "Wanneer aanvragen binnenkomen",
    noOrganisation: "(zonder organisatie)",
    more: (count) => `… en nog ${count}: zie het CSV-bestand.`,
    columns: {
      group: "",
      tickets: "Aanvragen",
      kept: "Op tijd",
      late: "Te laat",
      p50: "Helft binnen",
      p90: "90 % binnen",
      worst: "Hoogstens",
    },
    outcome: { met: "op tijd, bewezen", presumed: "op tijd, vermoed", breached: "te laat" },
    priority: { urgent: "Dringend", high: "Hoog", normal: "Normaal", low: "Laag" },
    days: ["ma", "di", "wo", "do", "vr", "za", "zo"],
    figure: {
      months: "Staven per maand: op tijd en bewezen, op tijd en vermoed, te laat. De cijfers staan in de tabel.",
      hours: "Kaart van de uren van de week: hoe donkerder een vak, hoe meer aanvragen er binnenkomen.",
    },
  },
  en: {
    locale: "en-GB",
    title: {
      response: "Response time",
      "first-reply": "First reply",
      "next-reply": "Next replies",
      resolution: "Resolution",
    },
    period: (from, to) => `Tickets received from ${from} to ${to}`,
    asOf: (when) => `Drawn up on ${when}`,
    page: (number, of) => `Page ${number} of ${of}`,
    kept: (share) => `${share} in time`,
    decided: (met, decided) => `${met} of the ${decided} tickets whose outcome is known.`,
    nothing: "No ticket of this period has an outcome yet.",
    receipts: (proven, presumed) =>
      `Receipt by the customer: ${proven} proven, ${presumed} presumed (no failure came back).`,
    apart: (raised, voided, open) =>
      `Counted apart: ${raised} late only because their priority was raised, ${voided} that were no requests, ${open} without an outcome yet.`,
    byMonth: "By month",
    byPriority: "By priority",
    byOrganisation: "By organisation",
    byHour: "When tickets come",
    noOrganisation: "(no organisation)",
    more: (count) => `… and ${count} more: see the CSV file.`,
    columns: {
      group: "",
      tickets: "Tickets",
      kept: "In time",
      late: "Late",
      p50: "Half within",
      p90: "90% within",
      worst: "At most",
    },
    outcome: { met: "in time, proven", presumed: "in time, presumed", breached: "late" },
    priority: { urgent: "Urgent", high: "High", normal: "Normal", low: "Low" },
    days: ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"],
    figure: {
      months: "Bars by month: in time and proven, in time and presumed, late. The table holds the figures.",
      hours: "A map of the hours of the week: the darker a field, the more tickets come in it.",
    },
  },
};

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;
/** Where they differ from the names above. */
const UNIT_NAMES: Record<ReportLanguage, Record<string, string>> = { fr: { d: "j" }, nl: { h: "u" }, en: {} };

/** "4 min 12 s": the two largest units, rounded down, as a clock shows them. */
export function durationText(ms: number | null, language: ReportLanguage): string {
  if (ms === null) return "–";
  const first = UNITS.findIndex(([, unitMs]) => ms >= unitMs);
  if (first < 0) return "< 1 s";
  const name = (unit: string) => UNIT_NAMES[language][unit] ?? unit;
  const [unit, unitMs] = UNITS[first]!;
  const next = UNITS[first + 1];
  const rest = next === undefined ? 0 : Math.floor((ms % unitMs) / next[1]);
  const whole = `${Math.floor(ms / unitMs)} ${name(unit)}`;
  return rest === 0 ? whole : `${whole} ${rest} ${name(next![0])}`;
}
