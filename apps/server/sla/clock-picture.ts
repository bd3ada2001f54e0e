import type { accountWords, ExplainedClock } from "@permanence/tickets";

const WIDTH = 64;

/** A clock as two lines of text: what counted, and below it where it was due and what stopped it. */
export function drawClock(clock: ExplainedClock, nowMs: number, words: ReturnType<typeof accountWords>): string[] {
  const start = Date.parse(clock.startedAt);
  const [due, stopped] = [Date.parse(clock.dueAt), clock.stoppedAt === null ? null : Date.parse(clock.stoppedAt)];
  const end = Math.max(due < NEVER ? due : nowMs, stopped ?? nowMs, start + 1);
  const columnOf = (at: number) => Math.min(WIDTH - 1, Math.floor(((at - start) / (end - start)) * WIDTH));
  const counted = clock.counted.map(({ from, until }) => [Date.parse(from), Date.parse(until!)] as const);
  const bar = Array.from({ length: WIDTH }, (_, column) => {
    const [from, until] = [column, column + 1].map((edge) => start + ((end - start) * edge) / WIDTH) as [
      number,
      number,
    ];
    return counted.some(([opens, closes]) => opens < until && closes > from) ? "█" : "░";
  });
  const marks: string[] = Array.from({ length: WIDTH }, () => " ");
  const { counted: full, uncounted, due: dueWord, stopped: stoppedWord, now } = words.picture;
  const legend = [`█ ${full}`, `░ ${uncounted}`];
  if (stopped === null) legend.push(mark(marks, columnOf(nowMs), "▲", now));
  if (due < NEVER) legend.push(mark(marks, columnOf(due), "◆", dueWord));
  if (stopped !== null) legend.push(mark(marks, columnOf(stopped), "●", stoppedWord));
  return [bar.join(""), marks.join("").trimEnd(), legend.join("  ")];
}

const NEVER = Date.UTC(9999, 0, 1);

function mark(marks: string[], column: number, sign: string, word: string): string {
  marks[column] = sign;
  return `${sign} ${word}`;
}
