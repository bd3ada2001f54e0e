import { query } from "#lib/api/call.ts";

/** What a report is asked for with, in the address of its page as in the API's. */
const ASKED = ["target", "from", "to", "priority", "organisation"] as const;

/** What stands behind a number. */
const BEHIND = ["outcome", "receipt", "hour"] as const;

type Asked = Partial<Record<(typeof ASKED)[number] | (typeof BEHIND)[number] | "cursor", string>>;

/** Only what is said: a form sends its empty fields too. */
export function askedOf(parameters: URLSearchParams): Asked {
  const names = [...ASKED, ...BEHIND, "cursor" as const];
  return Object.fromEntries(names.flatMap((name) => (parameters.get(name) ? [[name, parameters.get(name)!]] : [])));
}

/** Of the report alone, with changes. */
export function reportQuery(asked: Asked, changes: Asked = {}): string {
  const kept = Object.fromEntries(ASKED.map((name) => [name, asked[name]]));
  return query({ ...kept, ...changes });
}
