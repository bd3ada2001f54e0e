/** Of a body, no more than this many characters are looked at: what a mail is about stands at its beginning, and a mail of
 *  megabytes must cost no more than a page. */
const MOST_CHARACTERS = 16_000;

/** And of these, once markup and quoted history are gone, this many words. */
const MOST_WORDS = 600;
const MOST_SUBJECT_CHARACTERS = 200;

export type Mail = { subject: string; body: string };

/** What a mail says, as words without accents or capitals. */
export type MailWords = {
  /** Of subject and body, in order, with "?" and "." where sentences end. */
  words: string[];
  /** The subject itself calls the mail urgent. Anybody can write that. */
  isLoud: boolean;
  /** Something was left out, since the mail is too long. */
  isCut: boolean;
};

/** Reads what the sender newly wrote: no markup, no quoted history, no signature below "-- ". */
export function readWords({ subject, body }: Mail): MailWords {
  const head = wordsOf(subject.slice(0, MOST_SUBJECT_CHARACTERS));
  const calm = head.filter((word) => !LOUD.has(word));
  const text = wordsOf(newlyWritten(withoutMarkup(body.slice(0, MOST_CHARACTERS))));
  return {
    words: [...calm, ".", ...text.slice(0, MOST_WORDS)],
    isLoud: calm.length < head.length && !head.some((word) => DENIALS.has(word)),
    isCut: body.length > MOST_CHARACTERS || text.length > MOST_WORDS,
  };
}

const LOUD = new Set(["urgent", "urgente", "urgence", "urgently", "dringend", "dringende", "spoed", "asap"]);
const DENIALS = new Set(["pas", "non", "rien", "niet", "geen", "not", "no"]);

/** "L'équipe n'a rien reçu" is "l equipe n a rien recu". */
function wordsOf(text: string): string[] {
  const plain = text
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .toLowerCase()
    .replaceAll("’", "'");
  return (plain.match(/[a-z0-9]+|[?.!\n]/g) ?? []).map((word) => (/[.!\n]/.test(word) ? "." : word));
}

/** Each step reads the text once, whatever it holds: "<style" a thousand times without an end, too. */
function withoutMarkup(text: string): string {
  if (!text.includes("<") && !text.includes("&")) return text;
  return withoutElements(withoutElements(text, "style"), "script")
    .replaceAll(/<(?:br|\/p|\/div|\/li)[^<>]{0,300}>/gi, "\n")
    .replaceAll(/<\/?[a-z!][^<>]{0,2000}>/gi, " ")
    .replaceAll(/&([a-z])(?:acute|grave|circ|uml|cedil|tilde);/gi, "$1")
    .replaceAll(/&(?:nbsp|#160|#xa0);/gi, " ")
    .replaceAll(/&(?:rsquo|apos|#39|#8217);/gi, "'");
}

function withoutElements(text: string, name: string): string {
  const lower = text.toLowerCase();
  const kept: string[] = [];
  let from = 0;
  for (;;) {
    const opens = lower.indexOf(`<${name}`, from);
    if (opens < 0) return kept.join(" ") + text.slice(from);
    kept.push(text.slice(from, opens));
    const closes = lower.indexOf(`</${name}`, opens);
    if (closes < 0) return kept.join(" ");
    from = closes + name.length + 2;
  }
}

const HISTORY = [
  /^\s*-{2,}\s?(?:original message|message d.origine|message original|oorspronkelijk bericht)/i,
  /^\s*(?:le|op|on) .{4,200}(?:a écrit|schreef|wrote)\b.{0,100}:?\s*$/i,
  /^\s*_{20,}\s*$/,
];
const ENVELOPE = /^\s*(?:from|de|van)\s?:\s.{0,200}@/i;

function newlyWritten(text: string): string {
  const lines = text.split(/\r?\n/);
  const fresh: string[] = [];
  for (const line of lines) {
    if (/^--\s*$/.test(line) || HISTORY.some((pattern) => pattern.test(line)) || ENVELOPE.test(line)) break;
    if (!line.startsWith(">")) fresh.push(line);
  }
  // What was forwarded without a word of one's own is all that there is to go by.
  return fresh.some((line) => /\p{L}/u.test(line)) ? fresh.join("\n") : text;
}
