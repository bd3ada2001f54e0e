import { error } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { PublicIncident } from "#lib/api/incident-types.ts";
import type { PageServerLoad } from "./$types";

type Told = { desk: string; timeZone: string; items: PublicIncident[] };

export const load: PageServerLoad = async ({ params, fetch, locals }) => {
  const path = `/desks/${encodeURIComponent(params.slug)}/incidents?language=${locals.language}`;
  const told = await call<Told>(fetch, path);
  if (!told.ok) error(told.problem.status || 503, told.problem.detail ?? told.problem.title);
  return { told: told.value };
};
