import { fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import { textsIn } from "#lib/incident/incident-texts.ts";
import type { Actions, PageServerLoad } from "./$types";

type AgentWriting = { undoSeconds: number; signatures: Record<string, string> };

export const load: PageServerLoad = async (event) => ({ writing: await need<AgentWriting>(event, "/me/writing") });

export const actions: Actions = {
  default: async ({ request, fetch, url }) => {
    const form = await request.formData();
    const body = { undoSeconds: Number(form.get("undoSeconds")), signatures: textsIn(form, "signature") };
    const saved = await call(fetch, "/me/writing", { method: "PUT", body });
    if (!saved.ok) return fail(saved.problem.status || 503, { problem: saved.problem, typed: body });
    redirect(303, `${url.pathname}?saved=`);
  },
};
