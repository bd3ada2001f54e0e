import { LONGEST_LINE, OTHER_MESSAGE, OTHER_NAME, SENDER_NAME, SUBJECT_NAME, WROTE } from "./reply-text-words.ts";

// The block of fields that Outlook and its kin put above the mail that they quote, and what announces it.

/** Lines in which a quoted mail's fields stand; addresses and subjects wrap. */
const LONGEST_BLOCK = 14;

/** The lines from `at` on that announce another mail or are its fields; 0 where none begins. */
export function lengthOfBlock(visible: string[], at: number): number {
  const line = visible[at]!;
  if (line === "" || line.length > LONGEST_LINE) return 0;
  if (isGroupWise(line)) return 1;
  if (line.startsWith(">")) return 0;
  const next = skipEmpty(visible, at + 1);
  const isAnnounced = isAnnouncement(line);
  if (!isAnnounced && !isBareAnnouncement(line, visible[next] ?? "")) return lengthOfFields(visible, at);
  const fields = lengthOfFields(visible, next);
  if (fields > 0) return next - at + fields;
  return isAnnounced ? Math.max(1, next - at) : 0;
}

/** "-----Original message-----", "---- Ann wrote ----", "Begin forwarded message:". */
function isAnnouncement(line: string): boolean {
  const isRuled = /^[*_\s]{0,4}[-‐_=]{2,}/.test(line);
  const isBegin = line.length < 60 && /^\P{L}{0,3}(begin|début|anfang).*[:：]$/iu.test(line);
  if ((isRuled || isBegin) && OTHER_MESSAGE.test(line.slice(0, 120))) return true;
  return (isRuled && /-{2,}$/.test(line) && WROTE.test(line)) || (line.includes("--") && NOTES_INTRODUCTION.test(line));
}

/** Says it without a rule, which counts only right above the other mail's fields. */
const isBareAnnouncement = (line: string, next: string): boolean =>
  line.length < 60 && isField(next) && OTHER_MESSAGE.test(line);

/** Lotus Notes: "Ann Peeters ---01/06/2026 10:00:00---" and then the old mail, on the same line. */
const NOTES_INTRODUCTION = /^[^-\s][^-]{0,80}-{2,3}\d{1,2}[./]\d{1,2}[./]\d{2,4}[ ,]{1,3}\d{1,2}[:.]\d{2}/;

/** GroupWise puts ">>>" before who wrote the old mail, and quotes nothing below. */
const isGroupWise = (line: string): boolean =>
  /^>>> ?[^>\s]/.test(line) && /\d[:.h]\d\d/.test(line) && (line.endsWith(">>>") || /[:：]$/.test(line));

/** From the first of at least three fields, one of them a sender's, to the last; two suffice where Outlook's oldest
 *  form stands, an address and right below it a date. 0 where there are fewer. */
function lengthOfFields(visible: string[], at: number): number {
  if (!isField(visible[at] ?? "")) return 0;
  let last = at;
  let fields = 0;
  let hasSender = false;
  let isOfMail = false;
  for (let i = at; i < Math.min(visible.length, at + LONGEST_BLOCK) && i - last <= 3; i++) {
    if (!isField(visible[i]!)) continue;
    hasSender ||= SENDER_NAME.test(visible[i]!);
    isOfMail ||= SUBJECT_NAME.test(visible[i]!) || visible[i]!.includes("@");
    fields++;
    last = i;
  }
  if (!hasSender || !isOfMail || (fields < 3 && !isShortBlock(visible, at))) return 0;
  return endOfWrappedField(visible, last) - at;
}

const isShortBlock = (visible: string[], at: number): boolean =>
  SENDER_NAME.test(visible[at]!) &&
  /\S@\S+\.\S/.test(visible[at]!) &&
  isField(visible[at + 1] ?? "") &&
  /\d{1,2}[:.h]\d{2}/.test(visible[at + 1]!);

const isField = (line: string): boolean =>
  line.length <= LONGEST_LINE && (SENDER_NAME.test(line) || OTHER_NAME.test(line) || SUBJECT_NAME.test(line));

/** A last field that wraps goes on until the empty line. */
function endOfWrappedField(visible: string[], last: number): number {
  let end = last + 1;
  while (end < visible.length && end - last <= 3 && visible[end] !== "") end++;
  return visible[end] === "" || end === visible.length ? end : last + 1;
}

/** Programs put up to two empty lines between an announcement and what it announces. */
export function skipEmpty(visible: string[], from: number): number {
  let at = from;
  while (at < visible.length && visible[at] === "" && at - from < 3) at++;
  return at;
}
