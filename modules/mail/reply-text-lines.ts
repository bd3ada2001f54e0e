import { lengthOfBlock } from "./reply-text-block.ts";
import { lengthOfIntroduction } from "./reply-text-introduction.ts";
import { ADVERT, ANSWER_ABOVE, LONGEST_LINE, NAMED_ADVERT } from "./reply-text-words.ts";

export type LineKind =
  /** Written by somebody. */
  | "text"
  | "empty"
  | "quote"
  /** Introduces a quote: "On Monday, Ann wrote:". */
  | "introduction"
  /** Of the block of fields above a quoted mail, or the rule that announces it. */
  | "block"
  /** Ends what was written: "-- ", a rule alone on its line. */
  | "delimiter"
  /** Of a phone or program: left out where it stands. */
  | "advert";

/** What each line of a text is. Looks a fixed number of lines ahead of each: linear in the length of the text. */
export function classifyLines(lines: string[]): LineKind[] {
  const visible = lines.map(visibleStart);
  const kinds: LineKind[] = [];
  const add = (kind: LineKind, length: number): void => {
    for (let i = 0; i < length; i++) kinds.push(kind);
  };
  while (kinds.length < lines.length) {
    const at = kinds.length;
    add("block", lengthOfBlock(visible, at));
    if (kinds.length === at) add("introduction", lengthOfIntroduction(visible, at));
    if (kinds.length === at) add(kindOfLine(visible, at), 1);
  }
  return kinds;
}

/** Marks without width, and the one that a tracking tool leaves on a line of its own, count as nothing. */
function visibleStart(line: string): string {
  return line
    .slice(0, LONGEST_LINE + 1)
    .replaceAll(/[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u1427]/g, "")
    .trim();
}

function kindOfLine(visible: string[], at: number): LineKind {
  const line = visible[at]!;
  if (line === "") return "empty";
  if (isQuote(line)) return "quote";
  if (line.length > LONGEST_LINE) return "text";
  if (isRule(line) && !isUnderline(visible, at)) return "delimiter";
  if (ANSWER_ABOVE.test(line)) return "delimiter";
  return isAdvert(line) && !goesOn(visible[at + 1] ?? "") ? "advert" : "text";
}

const isAdvert = (line: string): boolean => line.length <= 160 && (ADVERT.test(line) || NAMED_ADVERT.test(line));

/** A sentence that begins as an advert does goes on in the next line with a small letter. */
const goesOn = (next: string): boolean => /^\p{Ll}/u.test(next) && !isAdvert(next);

/** ">" as everybody writes it, "AB>" as some news readers did. */
function isQuote(line: string): boolean {
  return line.startsWith(">") || /^\p{L}{1,16}>(\s|$)/u.test(line);
}

/** A single long dash counts, as it stands above what many programs add. */
const isRule = (line: string): boolean =>
  /^[-‐–—_=*~#+]/.test(line) && /^(—|[-‐–—_=*~#+]{2,})$/.test(line.replaceAll(/\s+/g, ""));

/** A rule as long as the words right above it is their underline. */
function isUnderline(visible: string[], at: number): boolean {
  const above = visible[at - 1] ?? "";
  return (
    /^[-=~]+$/.test(visible[at]!) && above !== "" && !isRule(above) && Math.abs(above.length - visible[at]!.length) <= 2
  );
}
