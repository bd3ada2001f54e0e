import { fromIso, type Instant, instant, seededRandom } from "@permanence/kernel";
import { dueAtIn, type WeeklyCalendar } from "@permanence/sla";

export type SlaBench = { dueTimes: number; perSecond: number };

const HOUR_MS = 3_600_000;
const TEN_YEARS_HOURS = 87_600;
const WORKING = [
  ["09:00", "12:30"],
  ["13:00", "18:00"],
] as const;

/** A Belgian office of ten years: each legal holiday by its date, and the bridge days that it closed besides. */
function office(): WeeklyCalendar {
  const holidays = Array.from({ length: 10 }, (_, i) => 2024 + i).flatMap((year) => [
    ...["01-01", "05-01", "07-21", "08-15", "11-01", "11-11", "12-25", "12-24", "12-31"].map((day) => `${year}-${day}`),
  ]);
  return {
    timeZone: "Europe/Brussels",
    week: { mon: WORKING, tue: WORKING, wed: WORKING, thu: WORKING, fri: WORKING },
    holidays: [...holidays, "easter+1", "easter+39", "easter+50"],
  };
}

/** Due times in one thread: targets of half an hour to forty hours, received at any time of ten years. The calendar is read
 *  from its beginning, nothing of it is kept from before. */
export function benchDueTimes(count: number): SlaBench {
  const random = seededRandom("bench sla");
  const first = fromIso("2024-01-01T00:00:00Z")!;
  const numbers = new DataView(new Uint8Array(random.bytes(8 * 1024)).buffer);
  const cases = Array.from({ length: 1024 }, (_, i): [Instant, number] => [
    instant(first + (numbers.getUint32(8 * i) % TEN_YEARS_HOURS) * HOUR_MS + (numbers.getUint32(8 * i) % HOUR_MS)),
    HOUR_MS / 2 + (numbers.getUint32(8 * i + 4) % (40 * HOUR_MS)),
  ]);
  const calendar = office();
  const startMs = performance.now();
  for (let i = 0; i < count; i++) {
    const [from, budgetMs] = cases[i % cases.length]!;
    if (dueAtIn(calendar, from, budgetMs + (i >> 10)) === null) throw new Error("the office opens again");
  }
  return { dueTimes: count, perSecond: Math.round((count / (performance.now() - startMs)) * 1_000) };
}
