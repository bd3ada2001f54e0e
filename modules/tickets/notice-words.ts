import type { Instant } from "@permanence/kernel";
import type { Priority } from "./ticket-tables.ts";

/** What a notice says about a ticket, in the reader's words. The meanings are those of the contract's four priorities. */
type Words = {
  priority: Record<Priority, string>;
  meaning: Record<Priority, string>;
  effort: Record<Priority, string>;
  within(hours: string): string;
  hour: string;
  hours: string;
  minutes: string;
  decimal: string;
  nowUntil(day: string, time: string): string;
  nowAlways: string;
  from(day: string, time: string): string;
  unknown: string;
  /** Zones in words. "CET" says nothing to most, and each language's own short name is another. */
  zones: Record<string, string>;
};

const WORDS: Record<"fr" | "nl" | "en", Words> = {
  fr: {
    priority: { urgent: "urgente", high: "haute", normal: "normale", low: "basse" },
    meaning: {
      urgent: "le service est interrompu ou gravement touché, sans solution de rechange",
      high: "une partie importante du service est dégradée",
      normal: "un problème de fonctionnement qui n’empêche pas le service",
      low: "une question ou un souhait, sans effet notable sur votre activité",
    },
    effort: {
      urgent: "nous y travaillons jour et nuit jusqu’à la résolution",
      high: "nous y travaillons aux heures ouvrables, et au-delà si nécessaire",
      normal: "nous y travaillons aux heures ouvrables, pour résoudre ou contourner le problème",
      low: "nous y répondons aux heures ouvrables",
    },
    within: (time) => `confirmation d’enregistrement dans un délai de ${time}`,
    hour: "heure",
    hours: "heures",
    minutes: "minutes",
    decimal: ",",
    nowUntil: (day, time) => `${day}, jusqu’à ${time}`,
    nowAlways: "à toute heure",
    from: (day, time) => `à partir du ${day} à ${time}`,
    unknown: "à convenir",
    zones: { "Europe/Brussels": "heure de Bruxelles" },
  },
  nl: {
    priority: { urgent: "dringend", high: "hoog", normal: "normaal", low: "laag" },
    meaning: {
      urgent: "de dienst ligt stil of is zwaar verstoord, zonder tussenoplossing",
      high: "een belangrijk deel van de dienst werkt slecht",
      normal: "een probleem met een functie dat de dienst niet hindert",
      low: "een vraag of een wens, zonder merkbaar gevolg voor uw werk",
    },
    effort: {
      urgent: "wij werken er dag en nacht aan tot het is opgelost",
      high: "wij werken eraan tijdens de werkuren, en daarbuiten als het nodig is",
      normal: "wij werken eraan tijdens de werkuren, om het op te lossen of te omzeilen",
      low: "wij antwoorden tijdens de werkuren",
    },
    within: (time) => `bevestiging van registratie binnen ${time}`,
    hour: "uur",
    hours: "uur",
    minutes: "minuten",
    decimal: ",",
    nowUntil: (day, time) => `${day}, tot ${time}`,
    nowAlways: "dag en nacht",
    from: (day, time) => `vanaf ${day} om ${time}`,
    unknown: "af te spreken",
    zones: { "Europe/Brussels": "Brusselse tijd" },
  },
  en: {
    priority: { urgent: "urgent", high: "high", normal: "normal", low: "low" },
    meaning: {
      urgent: "the service is interrupted or gravely affected, with no way around it",
      high: "an important part of the service performs badly",
      normal: "a problem with a feature that does not hinder the service",
      low: "a question or a wish, with little effect on your business",
    },
    effort: {
      urgent: "we work on it around the clock until it is resolved",
      high: "we work on it in working hours, and beyond them as necessary",
      normal: "we work on it in working hours, to resolve it or to offer a workaround",
      low: "we answer in working hours",
    },
    within: (time) => `confirmation of registration within ${time}`,
    hour: "hour",
    hours: "hours",
    minutes: "minutes",
    decimal: ".",
    nowUntil: (day, time) => `${day}, until ${time}`,
    nowAlways: "at any hour",
    from: (day, time) => `from ${day} at ${time}`,
    unknown: "to be agreed",
    zones: { "Europe/Brussels": "Brussels time" },
  },
};

export function priorityWord(priority: Priority, language: string): string {
  return wordsOf(language).priority[priority];
}

export function priorityMeaning(priority: Priority, language: string): string {
  return wordsOf(language).meaning[priority];
}

/** "confirmation of registration within 4 hours; we work on it in working hours, and beyond them as necessary" */
export function promiseWords(priority: Priority, targetMs: number, language: string): string {
  const words = wordsOf(language);
  const separator = language === "fr" ? " ; " : "; ";
  return `${words.within(durationWords(targetMs, words))}${separator}${words.effort[priority]}`;
}

function durationWords(ms: number, words: Words): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} ${words.minutes}`;
  const hours = Math.round(minutes / 6) / 10;
  return `${String(hours).replace(".", words.decimal)} ${hours === 1 ? words.hour : words.hours}`;
}

/** When people are at work: `opensAt` ≤ now means that they are there, until `closesAt`. Null: never, by this calendar. */
export function workingWords(
  opening: { opensAt: Instant; closesAt: Instant | null } | null,
  now: Instant,
  place: Place,
): string {
  const words = wordsOf(place.language);
  if (opening === null) return words.unknown;
  if (opening.opensAt > now) return words.from(dayWords(opening.opensAt, place), timeWords(opening.opensAt, place));
  return opening.closesAt === null
    ? words.nowAlways
    : words.nowUntil(dayWords(opening.closesAt, place), timeWords(opening.closesAt, place));
}

/** "lundi 23 novembre 2026, 14:02:01 (heure de Bruxelles)": with the zone, so that a reader elsewhere is not misled. */
export function momentWords(at: Instant, place: Place): string {
  const { dayOfYear, moment, zone } = formats(place);
  const inWords = wordsOf(place.language).zones[place.timeZone];
  const short = zone.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value;
  return `${dayOfYear.format(at)}, ${moment.format(at)} (${inWords ?? short ?? place.timeZone})`;
}

/** A moment after another one that was told in full: on the same day its time alone is enough. */
export function laterMomentWords(at: Instant, after: Instant, place: Place): string {
  const { dayOfYear, moment } = formats(place);
  const [day, time] = [dayOfYear.format(at), moment.format(at)];
  return day === dayOfYear.format(after) ? time : `${day}, ${time}`;
}

function dayWords(at: Instant, place: Place): string {
  return formats(place).day.format(at);
}

function timeWords(at: Instant, place: Place): string {
  return formats(place).time.format(at);
}

type Place = { timeZone: string; language: string };
type Formats = Record<"day" | "dayOfYear" | "time" | "moment" | "zone", Intl.DateTimeFormat>;

/** Making a format costs 100 times more than using it (0.2 ms), and a desk has three languages. */
const formatsByPlace = new Map<string, Formats>();

function formats({ timeZone, language }: Place): Formats {
  const key = `${language} ${timeZone}`;
  const known = formatsByPlace.get(key);
  if (known) return known;
  const make = (parts: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(localeOf(language), { timeZone, ...parts });
  const day = { weekday: "long", day: "numeric", month: "long" } as const;
  const time = { hour: "2-digit", minute: "2-digit" } as const;
  const made: Formats = {
    day: make(day),
    dayOfYear: make({ ...day, year: "numeric" }),
    time: make(time),
    moment: make({ ...time, second: "2-digit" }),
    zone: make({ timeZoneName: "short" }),
  };
  formatsByPlace.set(key, made);
  return made;
}

/** The first desk is Belgian, and en-BE writes days and hours as its readers do. */
function localeOf(language: string): string {
  return `${language}-BE`;
}

function wordsOf(language: string): Words {
  return WORDS[language as keyof typeof WORDS] ?? WORDS.en;
}
