import { skipEmpty } from "./reply-text-block.ts";
import { BARE_DATE_INTRODUCTION, DATE_LEAD, LONGEST_LINE, QUOTING, WROTE, WROTE_BY_HAND } from "./reply-text-words.ts";

// "On Monday, Ann wrote:", in the words and the order of many programs.

/** An introduction may be broken over so many lines, by programs that wrap at 70 characters. */
const LONGEST_INTRODUCTION = 4;

/** The lines from `at` on that introduce a quote; 0 where none does. */
export function lengthOfIntroduction(visible: string[], at: number): number {
  const first = visible[at]!;
  if (first === "" || first.startsWith(">")) return 0;
  if (BARE_DATE_INTRODUCTION.test(first)) return first.endsWith("<") ? 2 : 1;
  if (introducesQuote(visible, at)) return 1;
  const lines = linesToColon(visible, at);
  if (lines.length === 0 || (lines.length > 1 && !mayWrap(first, lines[1]!))) return 0;
  return isIntroduction(lines) && !lines.some((_, from) => from > 0 && isWhole(lines.slice(from))) ? lines.length : 0;
}

/** To the first that ends as an introduction does; none where none does soon. Tried first, since it costs least. */
function linesToColon(visible: string[], at: number): string[] {
  for (let end = at; end < Math.min(visible.length, at + LONGEST_INTRODUCTION); end++) {
    const line = visible[end]!;
    if (line === "" || line.startsWith(">")) return [];
    if (ENDS_WITH_COLON.test(line)) return visible.slice(at, end + 1);
  }
  return [];
}

const ENDS_WITH_COLON = /[:：]\W{0,3}$/;

/** Whether the first line may be an introduction's beginning: what precedes one is no part of it. */
function mayWrap(first: string, second: string): boolean {
  return isDated(first) || YEAR_OR_TIME.test(first) || /[<@]/.test(first) || /^<\S+@/.test(second) || WROTE.test(first);
}

/** Marks of emphasis may stand before it. */
const isDated = (line: string): boolean => DATE_LEAD.test(line.replace(/^[*_ ]+/, ""));

/** With a date of its own: what stands above it was written by somebody. */
const isWhole = (lines: string[]): boolean =>
  isDated(lines[0]!) && YEAR_OR_TIME.test(lines.join(" ")) && isIntroduction(lines);

/** Ends with a colon, and names somebody's address with the time, in any language; or says "wrote", with a date or
 *  an address. */
function isIntroduction(lines: string[]): boolean {
  const joined = lines.join(" ");
  if (joined.length > LONGEST_LINE || !ENDS_WITH_COLON.test(joined)) return false;
  const hasAddress = /<[^<>\s]+@[^<>\s]+>/.test(joined);
  if (hasAddress && (TIME.test(joined) || QUOTING.test(joined))) return true;
  if (!WROTE.test(joined) || WROTE_BY_HAND.test(joined)) return false;
  return (
    hasAddress ||
    (isDated(joined) && YEAR_OR_TIME.test(joined)) ||
    /\S@\S+\.\S/.test(joined) ||
    DATE_AND_TIME_LAST.test(joined)
  );
}

/** "Le 12 juin, un client a écrit :" is somebody's sentence: programs give the year or the time. */
const YEAR_OR_TIME = /\d{4}|\d[./-]\d{1,2}[./-]\d{2}|\d{1,2} ?[:.h] ?\d{2}/;
const TIME = /\d{1,2}[:.h]\d{2}/;

/** "Ann schreef op 01-06-2026 10:00:", with the day before the time or in words. */
const DATE_AND_TIME_LAST = /\d{1,4}[./ -][\p{L}\d.]{1,12}[./ -]\d{2,4}\P{Lu}{1,12}\d{1,2}[:.h]\d{2}.{0,15}$/u;

/** "Ann wrote:", or a date with "wrote" and no colon, right above what is quoted. */
function introducesQuote(visible: string[], at: number): boolean {
  const line = visible[at]!;
  if (line.length > 200 || !(visible[skipEmpty(visible, at + 1)] ?? "").startsWith(">")) return false;
  return WROTE.test(line) && (/[:：]$/.test(line) || (isDated(line) && TIME.test(line)));
}
