import { type Instant, instant } from "@permanence/kernel";

// A period is whole days in the desk's time zone. It is read in pieces, since a piece is what is in memory at a time.

/** From the first instant of the day `from` to the last of the day `to`. */
export type Period = { from: Temporal.PlainDate; to: Temporal.PlainDate; timeZone: string };

/** A stretch within one month. `until` is not part of it. */
export type Piece = { month: string; from: Instant; until: Instant };

const MOST_DAYS = 7;

/** The period in pieces of a week at most, none of which crosses the end of a month; in their order. */
export function piecesOf({ from, to, timeZone }: Period): Piece[] {
  const pieces: Piece[] = [];
  const end = to.add({ days: 1 });
  for (let day = from; Temporal.PlainDate.compare(day, end) < 0;) {
    const nextMonth = day.with({ day: 1 }).add({ months: 1 });
    const next = [day.add({ days: MOST_DAYS }), nextMonth, end].toSorted(Temporal.PlainDate.compare)[0]!;
    const month = day.toPlainYearMonth().toString();
    pieces.push({ month, from: firstInstant(day, timeZone), until: firstInstant(next, timeZone) });
    day = next;
  }
  return pieces;
}

export function monthsOf({ from, to }: Period): string[] {
  const months: string[] = [];
  const last = to.toPlainYearMonth();
  for (let at = from.toPlainYearMonth(); Temporal.PlainYearMonth.compare(at, last) <= 0; at = at.add({ months: 1 }))
    months.push(at.toString());
  return months;
}

export function firstInstant(day: Temporal.PlainDate, timeZone: string): Instant {
  return instant(day.toZonedDateTime(timeZone).epochMilliseconds);
}

const HOUR_MS = 3_600_000;
const HOURS_A_WEEK = 168;
const MONDAY_OFFSET_HOURS = 72; // 1970-01-01 was a Thursday.

/** Gives the hour of the week, by the wall clock, of a moment so many milliseconds into the piece: 0 is Monday from
 *  midnight to one. The zone is asked once for each change of its offset, not for each moment. */
export function hoursOfWeek({ from, until }: Piece, timeZone: string): (msIntoPiece: number) => number {
  const stretches = offsetsWithin(from, until, timeZone);
  const hourAt = (at: number, offsetMs: number) =>
    (Math.floor((at + offsetMs) / HOUR_MS) + MONDAY_OFFSET_HOURS) % HOURS_A_WEEK;
  return (msIntoPiece) => {
    const at = from + msIntoPiece;
    for (const { until: end, offsetMs } of stretches) if (at < end) return hourAt(at, offsetMs);
    throw new Error("the moment lies behind the piece");
  };
}

function offsetsWithin(from: Instant, until: Instant, timeZone: string): { until: number; offsetMs: number }[] {
  const stretches: { until: number; offsetMs: number }[] = [];
  for (let at = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone); ;) {
    const next = at.getTimeZoneTransition("next");
    const end = Math.min(next?.epochMilliseconds ?? until, until);
    stretches.push({ until: end, offsetMs: at.offsetNanoseconds / 1e6 });
    if (end === until || next === null) return stretches;
    at = next;
  }
}
