/** The instant at which a day begins in a time zone, as the API takes it; null for what is no day.
 *  @param shiftDays 1: the day after it */
export function dayStart(day: string | null, timeZone: string, shiftDays = 0): string | null {
  const midnight = Date.parse(`${day ?? ""}T00:00:00Z`) + shiftDays * DAY_MS;
  if (day === null || Number.isNaN(midnight)) return null;
  // The zone's distance from UTC is asked for twice: on the day on which clocks are set it may differ between the two.
  const first = midnight - distanceAt(midnight, timeZone);
  return new Date(midnight - distanceAt(first, timeZone)).toISOString();
}

const DAY_MS = 86_400_000;

function distanceAt(atMs: number, timeZone: string): number {
  const style = { timeZone, dateStyle: "short", timeStyle: "medium" } as const;
  const local = new Intl.DateTimeFormat("sv", style).format(atMs); // Swedish writes as ISO 8601 does.
  return Date.parse(`${local.replace(" ", "T")}Z`) - Math.floor(atMs / 1000) * 1000;
}
