import { fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { Incident, WholeIncident } from "#lib/api/incident-types.ts";
import { need } from "#lib/api/page-data.ts";
import { textsIn } from "#lib/incident/incident-texts.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  event.depends("app:incidents");
  return { incidents: (await need<{ items: Incident[] }>(event, "/incidents")).items };
};

export const actions: Actions = {
  default: async (event) => {
    const form = await event.request.formData();
    const [title, text] = [textsIn(form, "title"), textsIn(form, "text")];
    const isPublic = form.get("public") === "on";
    const body = { title, isPublic, ...(Object.keys(text).length > 0 && { text }) };
    const made = await call<WholeIncident>(event.fetch, "/incidents", { method: "POST", body });
    if (!made.ok) return fail(made.problem.status || 503, { problem: made.problem });
    redirect(303, `/incidents/${made.value.id}`);
  },
};
