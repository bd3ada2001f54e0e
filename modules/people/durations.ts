import { z } from "zod";

const DURATION = 'must be a duration such as "15 min", "4 h" or "2 d"';
const UNIT_MS: Record<string, number> = { min: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_MS = 99_999 * UNIT_MS["d"]!;

/** As an operator writes it; or in milliseconds, as the API gives it back. */
export const duration = z
  .union(
    [
      z.string().regex(/^[1-9]\d{0,4} ?(min|h|d)$/, DURATION),
      z.int(DURATION).min(1, DURATION).max(LONGEST_MS, DURATION),
    ],
    DURATION,
  )
  .transform((value) => (typeof value === "number" ? value : durationMs(value)));

function durationMs(text: string): number {
  return Number.parseInt(text, 10) * UNIT_MS[text.replace(/^\d+ ?/, "")]!;
}
