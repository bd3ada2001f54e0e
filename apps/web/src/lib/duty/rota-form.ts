import type { Person, RotaDocument, Rotation } from "#lib/api/duty-types.ts";
import type { Priority } from "#lib/api/types.ts";

export const MOST_LEVELS = 3;
export const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export const EMPTY: Rotation = { people: [], since: "", days: ["mon"], at: ["09:00"], hours: "always" };

/** The name of a field: of which level, of which rotation there, and what. */
export const field = (level: number, index: number, name: string) => `${level}-${index}-${name}`;

/** A rota as its form says it; a rotation without people is none. `unknown`: an address that is nobody's. */
export function rotaFromForm(form: FormData, agents: Person[]): { document: RotaDocument } | { unknown: string } {
  const byEmail = new Map(agents.map(({ id, email }) => [email.toLowerCase(), id]));
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const lines = (name: string) =>
    text(name)
      .split(/[\s,;]+/)
      .filter((line) => line !== "");
  const levels: Rotation[][] = [];
  for (let level = 0; level < MOST_LEVELS; level++) {
    const rotations: Rotation[] = [];
    for (let index = 0; form.has(field(level, index, "people")); index++) {
      const named = (name: string) => field(level, index, name);
      const people = lines(named("people")).map((address) => byEmail.get(address.toLowerCase()) ?? address);
      const unknown = people.find((person) => person.includes("@") || !/^[0-9a-f-]{36}$/.test(person));
      if (unknown !== undefined) return { unknown };
      if (people.length === 0) continue;
      const days = form.getAll(named("days")).map(String);
      rotations.push({
        people,
        since: text(named("since")),
        days,
        at: lines(named("at")),
        hours: text(named("hours")),
      });
    }
    if (rotations.length > 0) levels.push(rotations);
  }
  const priorities = form.getAll("priorities").map(String) as Priority[];
  return { document: { priorities, cover: text("cover"), levels } };
}
