import { READ_LIMITS } from "./read-limits.ts";

export type Cut = {
  /** What stands between the boundaries, as views. */
  ranges: Buffer[];
  /** Whether the closing boundary was there. */
  isClosed: boolean;
};

type Delimiter = { start: number; next: number; isClosing: boolean };

/** RFC 2046, section 5.1.1. Null where the boundary stands nowhere. The line break before it is the boundary's. */
export function cutAtBoundary(body: Buffer, boundary: string): Cut | null {
  if (boundary.length > READ_LIMITS.boundaryCharacters) return null;
  const ranges: Buffer[] = [];
  let open: Delimiter | null = null;
  for (const delimiter of delimitersIn(body, Buffer.from(`\n--${boundary}`))) {
    if (open !== null) ranges.push(body.subarray(open.next, Math.max(open.next, contentEnd(body, delimiter.start))));
    if (delimiter.isClosing && open !== null) return { ranges, isClosed: true }; // What follows is an epilogue.
    open = delimiter;
    if (ranges.length > READ_LIMITS.parts) break; // The reader refuses them.
  }
  if (open === null) return null;
  if (open.next < body.length || ranges.length === 0) ranges.push(body.subarray(open.next));
  return { ranges, isClosed: false };
}

const LF = 0x0a;
const CR = 0x0d;

/** @param needle the boundary with its hyphens and the line break before them: a body of nothing but hyphens is
 *  passed over quickly. */
function* delimitersIn(body: Buffer, needle: Buffer): Generator<Delimiter> {
  const isAtStart = body.subarray(0, needle.length - 1).equals(needle.subarray(1));
  let lineStart = isAtStart ? 0 : startOfNext(body, needle, 0);
  while (lineStart !== null) {
    const newline = body.indexOf(LF, lineStart);
    const next = newline < 0 ? body.length : newline + 1;
    const after = lineStart + needle.length - 1;
    const rest = body.toString("latin1", after, Math.min(next, after + 1_000));
    // Exactly this boundary: others may begin with it.
    if (/^(--)?[ \t\r\n]*$/.test(rest)) yield { start: lineStart, next, isClosing: rest.startsWith("--") };
    lineStart = startOfNext(body, needle, next - 1);
  }
}

function startOfNext(body: Buffer, needle: Buffer, from: number): number | null {
  const at = body.indexOf(needle, from);
  return at < 0 ? null : at + 1;
}

function contentEnd(body: Buffer, delimiterStart: number): number {
  let end = delimiterStart;
  if (body[end - 1] === LF) end--;
  if (body[end - 1] === CR) end--;
  return end;
}

/** The boundary that a body without a declared one seems to use: an early line that begins with two hyphens and
 *  comes again. Tried on a few candidates in the body's beginning only. */
export function boundaryIn(body: Buffer): string | null {
  const head = body.subarray(0, 1024 * 1024);
  const lines = head.toString("latin1", 0, 64 * 1024).split("\n", 500);
  const candidates = lines.flatMap(
    (line) => /^--([^\s-]\S{0,199}|-{2,60}[^\s-]\S{0,150})[ \t\r]*$/.exec(line)?.[1] ?? [],
  );
  return candidates.slice(0, 10).find((candidate) => isUsed(head, candidate)) ?? null;
}

function isUsed(head: Buffer, boundary: string): boolean {
  const cut = cutAtBoundary(head, boundary);
  return cut !== null && (cut.isClosed || cut.ranges.length > 1);
}
