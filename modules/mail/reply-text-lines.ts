import {
  ADVERT,
  ANSWER_ABOVE,
  BARE_DATE_INTRODUCTION,
  DATE_LEAD,
  OTHER_MESSAGE,
  OTHER_NAME,
  SENDER_NAME,
  WROTE,
} from "./reply-text-words.ts";

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

/** Lines longer than this are text: no program writes such an introduction. */
const LONGEST_LINE = 500;
/** An introduction may be broken over so many lines, by programs that wrap at 70 characters. */
const LONGEST_INTRODUCTION = 4;
/** Lines in which a quoted mail's fields stand; addresses and subjects wrap. */
const LONGEST_BLOCK = 14;

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
    .replaceAll(/[\u200b-\u200f\u2060\ufeff\u1427]/g, "")
    .trim();
}

function kindOfLine(visible: string[], at: number): LineKind {
  const line = visible[at]!;
  if (line === "") return "empty";
  if (isQuote(line)) return "quote";
  if (line.length > LONGEST_LINE) return "text";
  if (isRule(line) && !isUnderline(visible, at)) return "delimiter";
  if (ANSWER_ABOVE.test(line)) return "delimiter";
  return line.length <= 160 && ADVERT.test(line) ? "advert" : "text";
}

/** ">" as everybody writes it, "AB>" as some news readers did. */
function isQuote(line: string): boolean {
  return line.startsWith(">") || /^\p{L}{1,16}>(\s|$)/u.test(line);
}

const isRule = (line: string): boolean =>
  /^[-–—_=*~#+]/.test(line) && /^(--|[-–—_=*~#+]{3,})$/.test(line.replaceAll(/\s+/g, ""));

/** A rule as long as the words right above it is their underline. */
function isUnderline(visible: string[], at: number): boolean {
  const above = visible[at - 1] ?? "";
  return (
    /^[-=~]+$/.test(visible[at]!) && above !== "" && !isRule(above) && Math.abs(above.length - visible[at]!.length) <= 2
  );
}

/** The lines from `at` on that announce another mail or are its fields; 0 where none begins. */
function lengthOfBlock(visible: string[], at: number): number {
  const line = visible[at]!;
  if (line === "" || line.length > LONGEST_LINE || line.startsWith(">")) return 0;
  if (isAnnouncement(line)) {
    const next = skipEmpty(visible, at + 1);
    return next - at + lengthOfFields(visible, next) || 1;
  }
  return lengthOfFields(visible, at);
}

function isAnnouncement(line: string): boolean {
  const isRuled = /^[*_\s]{0,4}[-_=]{2,}/.test(line);
  const isBegin = line.length < 60 && /^\P{L}{0,3}(begin|début|anfang).*[:：]$/iu.test(line);
  return (isRuled || isBegin) && OTHER_MESSAGE.test(line.slice(0, 120));
}

/** From a sender's field to the last of at least three fields; 0 where there are fewer. */
function lengthOfFields(visible: string[], at: number): number {
  if (!isField(visible[at] ?? "")) return 0;
  let last = at;
  let fields = 0;
  let hasSender = false;
  for (let i = at; i < Math.min(visible.length, at + LONGEST_BLOCK) && i - last <= 3; i++) {
    if (!isField(visible[i]!)) continue;
    hasSender ||= SENDER_NAME.test(visible[i]!);
    fields++;
    last = i;
  }
  if (!hasSender || fields < 3) return 0;
  return endOfWrappedField(visible, last) - at;
}

const isField = (line: string): boolean =>
  line.length <= LONGEST_LINE && (SENDER_NAME.test(line) || OTHER_NAME.test(line));

/** A last field that wraps goes on until the empty line. */
function endOfWrappedField(visible: string[], last: number): number {
  let end = last + 1;
  while (end < visible.length && end - last <= 3 && visible[end] !== "") end++;
  return visible[end] === "" || end === visible.length ? end : last + 1;
}

function skipEmpty(visible: string[], from: number): number {
  let at = from;
  while (at < visible.length && visible[at] === "" && at - from < 3) at++;
  return at;
}

function lengthOfIntroduction(visible: string[], at: number): number {
  const first = visible[at]!;
  if (first === "" || first.startsWith(">")) return 0;
  if (BARE_DATE_INTRODUCTION.test(first)) return first.endsWith("<") ? 2 : 1;
  const isDated = DATE_LEAD.test(first);
  let joined = "";
  for (let length = 1; length <= LONGEST_INTRODUCTION; length++) {
    const line = visible[at + length - 1] ?? "";
    if (line === "" || line.startsWith(">")) return 0;
    joined += ` ${line}`;
    if (joined.length > LONGEST_LINE) return 0;
    if (isIntroduction(joined.trim(), isDated) || (length === 1 && introducesQuote(visible, at))) return length;
    if (length === 1 && !isDated && !/[<@]/.test(line)) return 0; // What precedes an introduction is no part of it.
  }
  return 0;
}

/** Ends with a colon, and names somebody's address with the time, in any language; or says "wrote", with a date or
 *  an address. */
function isIntroduction(joined: string, isDated: boolean): boolean {
  if (!/[:：]\W{0,3}$/.test(joined)) return false;
  const hasAddress = /<[^<>\s]+@[^<>\s]+>/.test(joined);
  if (hasAddress && /\d{1,2}[:.h]\d{2}/.test(joined)) return true;
  return WROTE.test(joined) && (hasAddress || (isDated && /\d/.test(joined)) || /\S@\S+\.\S/.test(joined));
}

/** "Ann wrote:", right above what is quoted. */
function introducesQuote(visible: string[], at: number): boolean {
  const line = visible[at]!;
  if (line.length > 200 || !/[:：]$/.test(line) || !WROTE.test(line)) return false;
  return (visible[skipEmpty(visible, at + 1)] ?? "").startsWith(">");
}
