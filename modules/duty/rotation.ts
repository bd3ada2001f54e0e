import { type Instant, instant } from "@permanence/kernel";
import { openSpans, WEEKDAYS } from "@permanence/sla";
import type { Level, Rotation, Shift, Window } from "./rota.ts";

/** The shifts of one level within a window, sorted, disjoint and cut at both ends, by rotation alone. */
export function shiftsByRotation(level: Level, timeZone: string, window: Window): Shift[] {
  let shifts: Shift[] = [];
  for (const rotation of level) {
    const others = shiftsOfRotation(rotation, timeZone, window);
    shifts = [...shifts, ...cutOut(others, shifts)].toSorted((a, b) => a.from - b.from);
  }
  return shifts;
}

/** What is left of `shifts` outside of `taken`, which is sorted and disjoint. */
export function cutOut(shifts: readonly Shift[], taken: readonly Window[]): Shift[] {
  return shifts.flatMap((shift) => {
    const left: Shift[] = [];
    let { from } = shift;
    for (const other of taken) {
      if (other.until <= from || other.from >= shift.until) continue;
      if (other.from > from) left.push({ ...shift, from, until: other.from });
      from = other.until;
    }
    if (from < shift.until) left.push({ ...shift, from });
    return left;
  });
}

function shiftsOfRotation(rotation: Rotation, timeZone: string, { from, until }: Window): Shift[] {
  const turns = turnsOf(rotation, timeZone, { from, until });
  const open = openSpans(rotation.hours, from, until);
  return turns.flatMap((turn) =>
    open.flatMap(({ opensAt, closesAt }): Shift[] => {
      const shift = { from: later(turn.from, opensAt), until: earlier(turn.until, closesAt) };
      return shift.from < shift.until ? [{ ...shift, agentId: turn.agentId, by: "rotation" }] : [];
    }),
  );
}

type Turn = Window & { agentId: string };

/** Whose turn it is, without a gap from the first handover on. */
function turnsOf(rotation: Rotation, timeZone: string, { from, until }: Window): Turn[] {
  const { people } = rotation;
  if (people.length === 0) return [];
  const handovers = handoversAround(rotation, timeZone, { from, until });
  return handovers.flatMap(({ at, number }, index): Turn[] => {
    const turn = { from: later(at, from), until: earlier(handovers[index + 1]?.at ?? until, until) };
    return turn.from < turn.until ? [{ ...turn, agentId: people[number % people.length]! }] : [];
  });
}

type Handover = { at: Instant; number: number };

/** Every handover within the window, and some before it. They are at least weekly, so that nine days before reach the last. */
function handoversAround(rotation: Rotation, timeZone: string, window: Window): Handover[] {
  const first = Math.floor((window.from - 9 * DAY_MS) / BLOCK_MS);
  const last = Math.floor((window.until + DAY_MS) / BLOCK_MS);
  const handovers: Handover[] = [];
  for (let block = first; block <= last; block++) handovers.push(...handoversOfBlock(rotation, timeZone, block));
  return handovers;
}

const DAY_MS = 86_400_000;
// Reckoned for 32 days at a time, and kept as long as the rotation is: a wall time in a zone costs some 3 µs.
const BLOCK_DAYS = 32;
const BLOCK_MS = BLOCK_DAYS * DAY_MS;
const blocksByRotation = new WeakMap<Rotation, Map<string, Handover[]>>();

function handoversOfBlock(rotation: Rotation, timeZone: string, block: number): Handover[] {
  const blocks = blocksByRotation.get(rotation) ?? new Map<string, Handover[]>();
  blocksByRotation.set(rotation, blocks);
  const key = `${timeZone} ${block}`;
  const kept = blocks.get(key) ?? reckonBlock(rotation, timeZone, block);
  blocks.set(key, kept);
  return kept;
}

function reckonBlock(rotation: Rotation, timeZone: string, block: number): Handover[] {
  const since = Temporal.PlainDate.from(rotation.since);
  const firstDay = new Temporal.PlainDate(1970, 1, 1).add({ days: block * BLOCK_DAYS });
  const handovers: Handover[] = [];
  for (let i = 0; i < BLOCK_DAYS; i++) {
    const day = firstDay.add({ days: i });
    if (Temporal.PlainDate.compare(day, since) < 0) continue;
    for (const [number, time] of handoversOn(rotation, since, day)) {
      const wanted = day.toPlainDateTime(time).toZonedDateTime(timeZone, { disambiguation: "compatible" });
      // A night on which clocks go forward may read an earlier wall time as a later instant: turns keep their order.
      const at = later(instant(wanted.epochMilliseconds), handovers.at(-1)?.at ?? instant(0));
      handovers.push({ at, number });
    }
  }
  return handovers;
}

/** The handovers of one day, each with its number: 0 is the one on the first day, whichever day of the week that is. */
function handoversOn({ days, at }: Rotation, since: Temporal.PlainDate, day: Temporal.PlainDate): [number, string][] {
  const isHandoverDay = (date: Temporal.PlainDate) => days.includes(WEEKDAYS[date.dayOfWeek - 1]!);
  const passed = since.until(day).days;
  if (passed === 0) return isHandoverDay(day) ? at.map((time, index) => [index, time]) : [[0, at[0]!]];
  if (!isHandoverDay(day)) return [];
  // Of the days from the first one on, up to this one, those of whole weeks, and of the week that has begun.
  let before = Math.floor(passed / 7) * days.length;
  for (let i = passed - (passed % 7); i < passed; i++) if (isHandoverDay(since.add({ days: i }))) before++;
  const numberOfFirst = before * at.length + (isHandoverDay(since) ? 0 : 1);
  return at.map((time, index) => [numberOfFirst + index, time]);
}

export const earlier = (a: Instant, b: Instant): Instant => (a < b ? a : b);
export const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);
