import { z } from "@hono/zod-openapi";
import type { DeskId, Tx } from "@permanence/database";
import { fromIso, type Instant, instant, toIso } from "@permanence/kernel";
import { type Desk, IsoText, listAgents } from "@permanence/people";
import { PRIORITIES, type Priority } from "@permanence/sla";
import { type DutyPlan, nextOnDuty, onDutyAt, rotaFor, shiftsOf } from "./duty-plan.ts";
import { loadPlan } from "./rota-store.ts";
import type { Override, Rota, Window } from "./rota.ts";

const DAY_MS = 86_400_000;
export const LONGEST_WINDOW_MS = 366 * DAY_MS;

export const Iso = z.iso.datetime({ offset: true, error: "must be an instant such as 2026-12-24T16:30:00Z" });
export const Span = { from: Iso, until: Iso };
export const Person = z.object({ id: z.string(), name: z.string(), email: z.string() }).openapi("DutyPerson");
export const OnDutyView = z
  .object({
    priority: z.enum(PRIORITIES),
    rota: z
      .string()
      .nullable()
      .openapi({ description: "null: no rota has this priority; leads and admins are called" }),
    agent: Person.nullable(),
    until: IsoText.nullable().openapi({ description: "when that changes; null: not within a year" }),
    levels: z.array(Person.nullable()).openapi({ description: "who is called first, and after them" }),
  })
  .openapi("OnDuty");
export const ShiftView = z
  .object({
    ...{ rota: z.string(), level: z.number().int(), from: IsoText, until: IsoText, agent: Person },
    by: z.enum(["rotation", "override", "swap"]),
  })
  .openapi("Shift");
export const GapView = z.object({ rota: z.string(), from: IsoText, until: IsoText }).openapi("DutyGap");
export const OverrideView = z
  .object({
    ...{ id: z.string(), rota: z.string(), level: z.number().int(), agent: Person, from: IsoText, until: IsoText },
    swapId: z.string().nullable(),
  })
  .openapi("DutyOverride");

export type People = ReadonlyMap<string, z.infer<typeof Person>>;

export const NO_WINDOW = "The window must end after it begins, and last a year at most. Nothing was saved.";

export function windowOf({ from, until }: { from: string; until: string }): Window | null {
  const window = { from: fromIso(from)!, until: fromIso(until)! };
  const lengthMs = window.until - window.from;
  return lengthMs > 0 && lengthMs <= LONGEST_WINDOW_MS ? window : null;
}

export async function peopleOf(tx: Tx, deskId: DeskId): Promise<People> {
  return new Map((await listAgents(tx, deskId)).map(({ id, name, email }) => [id, { id, name, email }]));
}

export function onDutyView(
  plan: DutyPlan,
  people: People,
  priority: Priority,
  at: Instant,
): z.infer<typeof OnDutyView> {
  const rota = rotaFor(plan, priority);
  if (rota === null) return { priority, rota: null, agent: null, until: null, levels: [] };
  const levels = rota.levels.map((_, level) => onDutyAt(plan, rota, level, at));
  const [first] = levels;
  const until = first ? first.until : nextOnDuty(plan, rota, 0, at);
  const persons = levels.map((each) => (each && people.get(each.agentId)) ?? null);
  return { priority, rota: rota.name, agent: persons[0] ?? null, until: until && toIso(until), levels: persons };
}

export function shiftViews(plan: DutyPlan, rota: Rota, window: Window, people: People) {
  return rota.levels.flatMap((_, level) =>
    shiftsOf(plan, rota, level, window).map(({ from, until, agentId, by }) => ({
      ...{ rota: rota.name, level, from: toIso(from), until: toIso(until), by, agent: people.get(agentId)! },
    })),
  );
}

export function overrideView({ overrideId: id, rota, level, agentId, from, until, swapId }: Override, people: People) {
  const agent = people.get(agentId) ?? { id: agentId, name: "", email: "" }; // Who left the desk.
  return { id, rota, level, agent, from: toIso(from), until: toIso(until), swapId };
}

/** Who is on duty for a priority, and until when: what the API says, for whoever asks without it. */
export async function whoIsOnDuty(tx: Tx, desk: Desk, priority: Priority, at: Instant) {
  const plan = await loadPlan(tx, desk, { from: at, until: instant(at + LONGEST_WINDOW_MS) });
  return onDutyView(plan, await peopleOf(tx, desk.deskId), priority, at);
}
