import { instant } from "@permanence/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import { hoursOfWeek, monthsOf, piecesOf } from "./report-period.ts";

const anyDay = fc.integer({ min: 0, max: 2_200 }).map((days) => Temporal.PlainDate.from("2024-01-01").add({ days }));
const anyZone = fc.constantFrom("Europe/Brussels", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "UTC");
const anyPeriod = fc
  .tuple(anyDay, fc.integer({ min: 0, max: 400 }), anyZone)
  .map(([from, days, timeZone]) => ({ from, to: from.add({ days }), timeZone }));

test("the pieces are the period, without a gap, each within its month", () => {
  fc.assert(
    fc.property(anyPeriod, (period) => {
      const pieces = piecesOf(period);
      const { from, to, timeZone } = period;
      expect(pieces[0]!.from).toBe(from.toZonedDateTime(timeZone).epochMilliseconds);
      expect(pieces.at(-1)!.until).toBe(to.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds);
      for (const [i, { from: start }] of pieces.entries()) if (i > 0) expect(start).toBe(pieces[i - 1]!.until);
      for (const { month, from: start, until } of pieces) {
        const monthOf = (at: number) =>
          Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toPlainYearMonth();
        expect([monthOf(start).toString(), monthOf(until - 1).toString()]).toEqual([month, month]);
      }
      expect([...new Set(pieces.map(({ month }) => month))]).toEqual(monthsOf(period));
    }),
    { numRuns: 200 },
  );
});

test("the hour of the week is the wall clock's, also where it changes", () => {
  fc.assert(
    fc.property(anyPeriod, fc.double({ min: 0, max: 0.999, noNaN: true }), (period, share) => {
      const pieces = piecesOf(period);
      const piece = pieces[Math.floor(share * pieces.length)]!;
      const at = instant(piece.from + Math.floor(share * (piece.until - piece.from)));
      const wall = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(period.timeZone);
      expect(hoursOfWeek(piece, period.timeZone)(at - piece.from)).toBe((wall.dayOfWeek - 1) * 24 + wall.hour);
    }),
    { numRuns: 500 },
  );
});
