import { toIso } from "@permanence/kernel";
import { type DutyPlan, shiftsOf } from "./duty-plan.ts";
import type { NewOverride } from "./rota-store.ts";
import type { Override, Window } from "./rota.ts";

/** One that is arranged for some of the same time, of the same rota and level; null where there is none. */
export function findOverlap(overrides: readonly Override[], wanted: Omit<NewOverride, "agentId">): Override | null {
  const ofPlace = overrides.filter(({ rota, level }) => rota === wanted.rota && level === wanted.level);
  return ofPlace.find(({ from, until }) => from < wanted.until && until > wanted.from) ?? null;
}

export function overlapSentence({ from, until }: Window, name: string): string {
  return `${name} is put on duty from ${toIso(from)} to ${toIso(until)} already. Nothing was saved: take that back first, or choose another time.`;
}

type Swap = { wanted: NewOverride[] } | { overlap: Override } | { sentence: string };

/** Two stretches whose people change places. Each must be one person's, and both of different people. */
export function planSwap(
  plan: DutyPlan,
  place: { rota: string; level: number },
  first: Window,
  second: Window,
  swapId: string,
): Swap {
  if (first.from < second.until && second.from < first.until)
    return { sentence: "The two stretches overlap. Nothing was saved: choose two that are apart." };
  const [one, other] = [holderOf(plan, place, first), holderOf(plan, place, second)];
  if (one === null || other === null)
    return { sentence: "Each stretch must be one person's, from its beginning to its end. Nothing was saved." };
  if (one === other) return { sentence: "Both stretches are the same person's already. Nothing was saved." };
  const wanted = [
    { ...place, ...first, agentId: other, swapId },
    { ...place, ...second, agentId: one, swapId },
  ];
  for (const each of wanted) {
    const overlap = findOverlap(plan.overrides, each);
    if (overlap !== null) return { overlap };
  }
  return { wanted };
}

function holderOf(
  plan: DutyPlan,
  { rota: name, level }: { rota: string; level: number },
  window: Window,
): string | null {
  const rota = plan.rotas.find((each) => each.name === name);
  const shifts = rota === undefined ? [] : shiftsOf(plan, rota, level, window);
  const [first] = shifts;
  let reached = window.from;
  for (const shift of shifts) {
    if (shift.from !== reached || shift.agentId !== first!.agentId) return null;
    reached = shift.until;
  }
  return reached === window.until ? first!.agentId : null;
}
