import { type Instant, toIso } from "@permanence/kernel";
import type { PageKind } from "./call-out-case.ts";

/** What a page is about, as far as words need it. */
export type PageSubject = {
  kind: PageKind;
  number: number | null;
  title: string;
  customer: string;
  receivedAt: Instant | null;
  timeZone: string;
};

type Words = {
  acknowledge: string;
  title: Record<PageKind, (number: string) => string>;
  about: string;
  since: (time: string) => string;
};

const WORDS: Record<"fr" | "nl" | "en", Words> = {
  fr: {
    acknowledge: "Je m’en occupe",
    title: {
      urgent: (number) => `Urgent : ticket ${number}`,
      high: (number) => `Priorité haute, non pris : ticket ${number}`,
      "come-back": (number) => `Toujours sans réponse : ticket ${number}`,
      handover: (number) => `Relève : ticket ${number} est à vous`,
      "handed-over": (number) => `On vous confie le ticket ${number}`,
      "call-customer": (number) => `Appelez le client : ticket ${number}`,
      canary: () => "Essai du jour de l’astreinte",
    },
    about: "Confirmez que cet appel vous est parvenu. Rien d’autre n’est à faire.",
    since: (time) => `Reçu le ${time}.`,
  },
  nl: {
    acknowledge: "Ik neem het op",
    title: {
      urgent: (number) => `Dringend: ticket ${number}`,
      high: (number) => `Hoge prioriteit, niet opgenomen: ticket ${number}`,
      "come-back": (number) => `Nog steeds geen antwoord: ticket ${number}`,
      handover: (number) => `Aflossing: ticket ${number} is voor u`,
      "handed-over": (number) => `U krijgt ticket ${number} overgedragen`,
      "call-customer": (number) => `Bel de klant: ticket ${number}`,
      canary: () => "Dagelijkse proef van de wachtdienst",
    },
    about: "Bevestig dat deze oproep u bereikt heeft. Meer hoeft u niet te doen.",
    since: (time) => `Ontvangen op ${time}.`,
  },
  en: {
    acknowledge: "I am at it",
    title: {
      urgent: (number) => `Urgent: ticket ${number}`,
      high: (number) => `High priority, not taken: ticket ${number}`,
      "come-back": (number) => `Still no reply: ticket ${number}`,
      handover: (number) => `Handover: ticket ${number} is yours`,
      "handed-over": (number) => `Ticket ${number} is handed to you`,
      "call-customer": (number) => `Call the customer: ticket ${number}`,
      canary: () => "Daily canary of the duty",
    },
    about: "Acknowledge that this page reached you. There is nothing else to do.",
    since: (time) => `Received on ${time}.`,
  },
};

/** A page in its reader's language: a title that says it all on a locked screen, and a text. */
export function pageWords(
  subject: PageSubject,
  language: string,
): { title: string; text: string; acknowledge: string } {
  const words = WORDS[language as keyof typeof WORDS] ?? WORDS.en;
  const { kind, number, title, customer, receivedAt, timeZone } = subject;
  const { acknowledge } = words;
  if (kind === "canary") return { title: words.title.canary(""), text: words.about, acknowledge };
  const time = receivedAt === null ? "" : words.since(timeWords(receivedAt, language, timeZone));
  const lines = [title, customer, time].filter((line) => line !== "");
  return { title: words.title[kind](String(number ?? "")), text: lines.join("\n"), acknowledge };
}

function timeWords(at: Instant, language: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat(`${language}-BE`, { dateStyle: "long", timeStyle: "short", timeZone });
  return format.format(Temporal.Instant.from(toIso(at)).epochMilliseconds);
}
