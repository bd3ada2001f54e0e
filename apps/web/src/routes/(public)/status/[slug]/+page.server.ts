import { error, fail } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { PublicIncident } from "#lib/api/incident-types.ts";
import type { Actions, PageServerLoad } from "./$types";

type Told = { desk: string; timeZone: string; items: PublicIncident[] };

export const load: PageServerLoad = async ({ params, fetch, locals }) => {
  const path = `/desks/${encodeURIComponent(params.slug)}/incidents?language=${locals.language}`;
  const told = await call<Told>(fetch, path);
  if (!told.ok) error(told.problem.status || 503, told.problem.detail ?? told.problem.title);
  return { told: told.value };
};

export const actions: Actions = {
  meToo: async ({ params, fetch, locals, request }) => {
    const form = await request.formData();
    const [id, address] = [String(form.get("id") ?? ""), String(form.get("address") ?? "")];
    const path = `/desks/${encodeURIComponent(params.slug)}/incidents/${encodeURIComponent(id)}/me-too`;
    const body = { address, language: locals.language };
    const counted = await call(fetch, path, { method: "POST", body });
    if (!counted.ok)
      return fail(counted.problem.status || 503, { id, address, problem: counted.problem, isCounted: false });
    return { id, address, problem: null, isCounted: true };
  },
};
