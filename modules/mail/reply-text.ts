import { classifyLines, type LineKind } from "./reply-text-lines.ts";
import { GREETING } from "./reply-text-words.ts";

type Line = { kind: LineKind; text: string };

/** Below a quote, fewer lines than this are a signature; more are an answer written under what it answers. */
const LONGEST_SIGNATURE = 7;

/**
 * What a person newly wrote, apart from quotes and signature. Answers between quoted lines keep those lines, which
 * they mean nothing without. A text that is nothing but another mail, forwarded, gives that mail's text. Linear in
 * the length of the text.
 */
export function replyTextOf(text: string): string {
  const source = text.split("\n");
  const kinds = classifyLines(source);
  const lines = source
    .map((text, index): Line => ({ kind: kinds[index]!, text }))
    .filter(({ kind }) => kind !== "advert");
  const written = withoutQuotedEnd(withoutQuotedMail(upToNextMail(lines)));
  const kept = written.filter(({ kind }) => kind !== "introduction");
  return withoutOuterEmptyLines(kept)
    .map(({ text }) => text.trimEnd())
    .join("\n");
}

/** Ends where a delimiter, or the fields of another mail, follow what was written. With nothing written before
 *  them, what was forwarded is what there is. */
function upToNextMail(lines: Line[]): Line[] {
  let start = 0;
  for (const [index, { kind }] of lines.entries()) {
    if (kind !== "delimiter" && kind !== "block") continue;
    const before = lines.slice(start, index);
    const isOwnSignature = kind === "block" && isSignature(lines, start);
    if (!isOwnSignature && (before.some(isText) || before.some(isQuoted))) return before;
    start = index + 1;
  }
  return lines.slice(start);
}

/** What stands below "-- " where nothing stands above it: who forwards a mail without a word signs it all the same. */
const isSignature = (lines: Line[], start: number): boolean => start > 0 && lines[start - 1]!.text.trim() === "--";

/** Decides at each introduction what the mail below it is: the rest of the text, or what is being answered. */
function withoutQuotedMail(lines: Line[]): Line[] {
  const firstText = indexFrom(lines, 0, isText) ?? lines.length;
  for (const [index, { kind }] of lines.entries()) {
    if (kind !== "introduction" || lines[index + 1]?.kind === "introduction") continue;
    const isAnswerAbove = firstText < index && !isGreeting(lines.slice(firstText, index));
    const quoteStart = indexFrom(lines, index + 1, ({ kind }) => kind !== "empty");
    const isQuotedBelow = quoteStart !== null && isQuoted(lines[quoteStart]!);
    if (isAnswerAbove && !isQuotedBelow) return lines.slice(0, index);
    if (!isQuotedBelow) continue;

    const below = lines.slice(indexFrom(lines, quoteStart, isText) ?? lines.length);
    if (below.some(isQuoted)) return lines; // Answers stand between the quotes.
    if (!isAnswerAbove) return below.length > 0 ? [...lines.slice(0, index), ...below] : lines;
    if (below.filter(isText).length < LONGEST_SIGNATURE) return lines.slice(0, index);
  }
  return lines;
}

/** Nothing but "Hello Ann," above the old mail: the answer is below it. */
function isGreeting(above: Line[]): boolean {
  const [first, ...others] = above.filter(isText);
  return first !== undefined && others.length === 0 && first.text.length <= 60 && GREETING.test(first.text.trim());
}

/** Quotes below all that was written. Nothing but quotes stays, unless even these only introduce each other. */
function withoutQuotedEnd(lines: Line[]): Line[] {
  const end = lines.findLastIndex(isText);
  if (end >= 0) return lines.slice(0, end + 1);
  const quotes = lines.filter(isQuoted);
  const inside = classifyLines(quotes.map(({ text }) => text.replace(/^[\s>]+/, "")));
  return inside.includes("text") ? quotes : [];
}

function withoutOuterEmptyLines(lines: Line[]): Line[] {
  const start = lines.findIndex(({ kind }) => kind !== "empty");
  const end = lines.findLastIndex(({ kind }) => kind !== "empty");
  return start < 0 ? [] : lines.slice(start, end + 1);
}

function indexFrom(lines: Line[], from: number, is: (line: Line) => boolean): number | null {
  for (let index = from; index < lines.length; index++) if (is(lines[index]!)) return index;
  return null;
}

const isText = ({ kind }: Line): boolean => kind === "text";
const isQuoted = ({ kind }: Line): boolean => kind === "quote";
