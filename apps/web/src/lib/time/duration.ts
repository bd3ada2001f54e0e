import type { Messages } from "#lib/messages/fr.ts";

type Units = Pick<Messages["time"], "days" | "hours" | "minutes" | "seconds">;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const NO_BREAK = "\u00a0";

/** A length of time as people say it, in its two largest units, cut and not rounded: 59 min 59 s is "59 min".
 *  Negative lengths are told without their sign. */
export function describeDuration(lengthMs: number, units: Units): string {
  const length = Math.abs(lengthMs);
  if (length < MINUTE) return parts([Math.floor(length / SECOND), units.seconds]);
  if (length < HOUR) return parts([Math.floor(length / MINUTE), units.minutes]);
  if (length < DAY) {
    const minutes = Math.floor((length % HOUR) / MINUTE);
    const hours = parts([Math.floor(length / HOUR), units.hours]);
    return minutes === 0 ? hours : `${hours}${NO_BREAK}${String(minutes).padStart(2, "0")}`;
  }
  const hours = Math.floor((length % DAY) / HOUR);
  const days: [number, string] = [Math.floor(length / DAY), units.days];
  return hours === 0 ? parts(days) : parts(days, [hours, units.hours]);
}

function parts(...amounts: [number, string][]): string {
  return amounts.map(([amount, unit]) => `${amount}${NO_BREAK}${unit}`).join(NO_BREAK);
}
