import type { Instant } from "@permanence/kernel";
import { AROUND_THE_CLOCK, calendarAt, type Desk } from "@permanence/people";
import { type Calendar, PRIORITIES, WEEKDAYS } from "@permanence/sla";
import { z } from "zod";
import type { Rota } from "./rota.ts";

// A rota as leads write it: people by their ids, calendars by their names.

const calendarName = z.string().min(1, "must be the name of a calendar, or always").max(200);
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as "09:00"');
const day = z.string().refine(isDate, 'must be a day that exists, such as "2026-11-30"');

const rotation = z.strictObject({
  people: z
    .array(z.uuid("must be an agent's id"))
    .min(1, "must name one person at least: a rota without people calls nobody")
    .max(100, "must name at most 100 people"),
  since: day,
  days: z
    .array(z.enum(WEEKDAYS, `must be one of ${WEEKDAYS.join(", ")}`))
    .min(1, "must name one day of the week at least")
    .refine(isDistinct, "must not name a day twice"),
  at: z
    .array(timeOfDay)
    .min(1, "must name one time at least")
    .max(12, "must name at most 12 times")
    .refine((times) => times.every((time, i) => i === 0 || times[i - 1]! < time), "must be in ascending order"),
  hours: calendarName.default(AROUND_THE_CLOCK),
});

export const rotaDocumentSchema = z.strictObject({
  priorities: z
    .array(z.enum(PRIORITIES, `must be one of ${PRIORITIES.join(", ")}`))
    .min(1, "must name one priority at least")
    .refine(isDistinct, "must not name a priority twice"),
  cover: calendarName,
  levels: z
    .array(z.array(rotation).min(1, "must have one rotation at least").max(5, "must have at most 5 rotations"))
    .min(1, "must have one level at least: a rota without people calls nobody")
    .max(5, "must have at most 5 levels"),
});
export type RotaDocument = z.output<typeof rotaDocumentSchema>;

/** The calendars that a document names and the desk does not have. */
export function unknownCalendars({ cover, levels }: RotaDocument, desk: Desk): string[] {
  const known = new Set(desk.promises.calendars.map(({ name }) => name).concat(AROUND_THE_CLOCK));
  const named = [cover, ...levels.flat().map(({ hours }) => hours)];
  return [...new Set(named.filter((name) => !known.has(name)))];
}

/** The rota as it counts at `now`. The same words are the same object, which keeps what was reckoned with it. */
export function rotaOf(desk: Desk, name: string, document: RotaDocument, now: Instant): Rota {
  const calendar = (called: string): Calendar =>
    called === AROUND_THE_CLOCK ? "always" : calendarAt(desk.promises, called, now);
  const rota: Rota = {
    ...{ name, priorities: document.priorities, cover: calendar(document.cover), timeZone: desk.settings.timeZone },
    levels: document.levels.map((level) => level.map((each) => ({ ...each, hours: calendar(each.hours) }))),
  };
  const key = JSON.stringify(rota);
  const kept = rotas.get(key);
  if (kept) return kept;
  if (rotas.size >= MOST_ROTAS) rotas.clear();
  rotas.set(key, rota);
  return rota;
}

const MOST_ROTAS = 500;
const rotas = new Map<string, Rota>();

function isDistinct(list: readonly string[]): boolean {
  return new Set(list).size === list.length;
}

function isDate(text: string): boolean {
  if (!/^20\d\d-\d\d-\d\d$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: "reject" });
    return true;
  } catch {
    return false;
  }
}
