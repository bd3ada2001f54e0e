import { type Instant, instant } from "@permanence/kernel";
import { openSpans, type Priority } from "@permanence/sla";
import type { Override, Rota, Shift, Window } from "./rota.ts";
import { cutOut, earlier, later, shiftsByRotation } from "./rotation.ts";

/** All that says who is on duty, as it is known at one time. */
export type DutyPlan = {
  rotas: readonly Rota[];
  overrides: readonly Override[];
  /** Who works at the desk: a shift of anybody else is a gap. */
  agentIds: ReadonlySet<string>;
};

/** `until`: when somebody else is on duty, or nobody; null where that is not within a year. */
export type OnDuty = { agentId: string; from: Instant; until: Instant | null; by: Shift["by"] };

const DAY_MS = 86_400_000;
const HORIZON_MS = 366 * DAY_MS;

export function rotaFor({ rotas }: DutyPlan, priority: Priority): Rota | null {
  return rotas.find(({ priorities }) => priorities.includes(priority)) ?? null;
}

/** The shifts of a level within a window, sorted and disjoint: by rotation, but for what people arranged. */
export function shiftsOf(plan: DutyPlan, rota: Rota, level: number, window: Window): Shift[] {
  const arranged = plan.overrides
    .filter((each) => each.rota === rota.name && each.level === level)
    .filter(({ from, until }) => from < window.until && until > window.from)
    .map(({ agentId, from, until, swapId }): Shift => {
      const by = swapId === null ? "override" : "swap";
      return { agentId, from: later(from, window.from), until: earlier(until, window.until), by };
    })
    .toSorted((a, b) => a.from - b.from);
  const rotated = cutOut(shiftsByRotation(rota.levels[level] ?? [], rota.timeZone, window), arranged);
  return [...rotated, ...arranged]
    .filter(({ agentId }) => plan.agentIds.has(agentId))
    .toSorted((a, b) => a.from - b.from);
}

/** Whose shift it is at a level; null where it is nobody's. */
export function shiftAt(plan: DutyPlan, rota: Rota, level: number, at: Instant): Shift | null {
  return shiftsOf(plan, rota, level, { from: at, until: instant(at + 1) })[0] ?? null;
}

/** Who is on duty at a level, and until when; null where nobody is. */
export function onDutyAt(plan: DutyPlan, rota: Rota, level: number, at: Instant): OnDuty | null {
  const now = shiftAt(plan, rota, level, at);
  if (now === null) return null;
  return { agentId: now.agentId, by: now.by, from: at, until: endOf(plan, rota, level, { at, agentId: now.agentId }) };
}

/** When somebody is next on duty at a level, from `at` on; null where that is not within a year. */
export function nextOnDuty(plan: DutyPlan, rota: Rota, level: number, at: Instant): Instant | null {
  for (const window of windowsFrom(at)) {
    const [next] = shiftsOf(plan, rota, level, window);
    if (next !== undefined) return next.from;
  }
  return null;
}

type Held = { at: Instant; agentId: string };

function endOf(plan: DutyPlan, rota: Rota, level: number, { at, agentId }: Held): Instant | null {
  let reached = at;
  for (const window of windowsFrom(at)) {
    for (const shift of shiftsOf(plan, rota, level, window)) {
      if (shift.from > reached || shift.agentId !== agentId) return reached;
      reached = shift.until;
    }
    if (reached < window.until) return reached;
  }
  return null;
}

/** A year in growing pieces: most questions are answered by the first. */
function* windowsFrom(at: Instant): Iterable<Window> {
  let from = at;
  for (let days = 8; from < at + HORIZON_MS; days *= 3) {
    const until = instant(Math.min(from + days * DAY_MS, at + HORIZON_MS));
    yield { from, until };
    from = until;
  }
}

export type Gap = Window & { rota: string };

/** Where a rota wants somebody on duty, and nobody of its first level is. */
export function findGaps(plan: DutyPlan, rota: Rota, window: Window): Gap[] {
  const wanted = openSpans(rota.cover, window.from, window.until).map(({ opensAt: from, closesAt: until }): Shift => ({
    from,
    until,
    agentId: "",
    by: "rotation",
  }));
  const gaps = cutOut(wanted, shiftsOf(plan, rota, 0, window));
  return gaps.map(({ from, until }) => ({ rota: rota.name, from, until }));
}
