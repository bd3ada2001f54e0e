import { fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { ErasureRequest } from "#lib/api/portal-types.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  event.depends("app:alerts");
  return { requests: (await need<{ items: ErasureRequest[] }>(event, "/erasure-requests")).items };
};

export const actions: Actions = {
  erase: async ({ request, fetch }) => {
    const id = String((await request.formData()).get("id") ?? "");
    const done = await call(fetch, `/erasure-requests/${encodeURIComponent(id)}/erasure`, { method: "POST" });
    if (!done.ok) return fail(done.problem.status || 503, { id, reason: "", problem: done.problem });
    redirect(303, "/erasure-requests");
  },

  refuse: async ({ request, fetch }) => {
    const form = await request.formData();
    const [id, reason] = [String(form.get("id") ?? ""), String(form.get("reason") ?? "")];
    const path = `/erasure-requests/${encodeURIComponent(id)}/refusal`;
    const done = await call(fetch, path, { method: "POST", body: { reason } });
    if (!done.ok) return fail(done.problem.status || 503, { id, reason, problem: done.problem });
    redirect(303, "/erasure-requests");
  },
};
