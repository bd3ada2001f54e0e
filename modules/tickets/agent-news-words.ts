import type { NewsKind } from "./agent-news.ts";
import { shortened } from "./shortened.ts";

type Told = { kind: NewsKind; number: number; subject: string; by: string | null };

type Words = {
  kinds: Record<NewsKind, (by: string) => string>;
  desk: string;
  ticket: (number: number, subject: string) => string;
  several: (desk: string, count: number) => string;
};

const WORDS: Record<string, Words> = {
  fr: {
    kinds: {
      assigned: (by) => `${by} vous a confié`,
      team: (by) => `${by} a confié à votre équipe`,
      reply: () => "Le client a répondu sur",
      mention: (by) => `${by} vous cite sur`,
      "breach-near": () => "Un délai touche à sa fin sur",
    },
    desk: "Le guichet",
    ticket: (number, subject) => `le ticket nº ${number} (${subject})`,
    several: (desk, count) => `[${desk}] ${count} nouvelles pour vous`,
  },
  nl: {
    kinds: {
      assigned: (by) => `${by} gaf u`,
      team: (by) => `${by} gaf uw team`,
      reply: () => "De klant antwoordde op",
      mention: (by) => `${by} noemt u op`,
      "breach-near": () => "Een termijn loopt bijna af op",
    },
    desk: "De desk",
    ticket: (number, subject) => `ticket nr. ${number} (${subject})`,
    several: (desk, count) => `[${desk}] ${count} berichten voor u`,
  },
  en: {
    kinds: {
      assigned: (by) => `${by} gave you`,
      team: (by) => `${by} gave your team`,
      reply: () => "The customer replied on",
      mention: (by) => `${by} mentions you on`,
      "breach-near": () => "Time is running out on",
    },
    desk: "The desk",
    ticket: (number, subject) => `ticket no. ${number} (${subject})`,
    several: (desk, count) => `[${desk}] ${count} pieces of news for you`,
  },
};

const LONGEST = 120;

/** One piece of news as a sentence, in its reader's language. */
export function newsSentence({ kind, number, subject, by }: Told, language: string): string {
  const { kinds, desk, ticket } = WORDS[language] ?? WORDS["en"]!;
  return `${kinds[kind](by ?? desk)} ${ticket(number, shortened(subject, LONGEST) || "…")}`;
}

export function newsSubject(desk: string, news: readonly Told[], language: string): string {
  const { several } = WORDS[language] ?? WORDS["en"]!;
  return news.length === 1 ? `[${desk}] ${newsSentence(news[0]!, language)}` : several(desk, news.length);
}
