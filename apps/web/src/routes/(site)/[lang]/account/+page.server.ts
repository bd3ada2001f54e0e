import { fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { OwnErasureRequest } from "#lib/api/portal-types.ts";
import type { Problem } from "#lib/api/types.ts";
import { keepSession } from "#lib/session.ts";
import { needOwn, wrongOf } from "#lib/site/portal-visit.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

export const load: PageServerLoad = async (event) => {
  event.setHeaders({ "cache-control": "private, no-store" });
  const erasure = await needOwn<OwnErasureRequest>(event, "/my/erasure-request");
  return { erasure, isSaved: event.url.searchParams.get("done") === "saved" };
};

export const actions: Actions = {
  profile: async (event) => {
    const form = await event.request.formData();
    const body = { name: String(form.get("name") ?? ""), language: String(form.get("language") ?? "") };
    const saved = await call(event.fetch, "/my", { method: "PATCH", body });
    if (!saved.ok) return failed(saved.problem, body.name);
    redirect(303, `/${event.params.lang}/account?done=saved`);
  },

  everywhere: async (event) => {
    keepSession(await event.fetch("/api/v1/my/sessions", { method: "DELETE" }), event.cookies);
    redirect(303, `/${event.params.lang}`);
  },

  erase: async (event) => {
    const confirmed = (await event.request.formData()).get("sure") !== null;
    if (!confirmed) return fail(422, { name: null, wrong: null, isUnsure: true });
    return await settle(event, { method: "PUT", body: { confirmed } });
  },

  withdraw: async (event) => await settle(event, { method: "DELETE" }),
};

async function settle(event: RequestEvent, request: { method: string; body?: unknown }) {
  const settled = await call(event.fetch, "/my/erasure-request", request);
  if (!settled.ok) return failed(settled.problem, null);
  redirect(303, `/${event.params.lang}/account#erasure`);
}

function failed(problem: Problem, name: string | null) {
  return fail(problem.status || 503, { name, wrong: wrongOf(problem), isUnsure: false });
}
