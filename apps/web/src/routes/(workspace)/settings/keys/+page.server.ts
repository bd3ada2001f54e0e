import { fail } from "@sveltejs/kit";
import type { KeyChoices } from "#lib/api/agent-day-types.ts";
import { call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import { SINGLE_KEYS } from "#lib/agent-day/single-keys.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => ({ choices: await need<KeyChoices>(event, "/me/keys") });

export const actions: Actions = {
  default: async (event) => {
    const form = await event.request.formData();
    const typed = SINGLE_KEYS.map((usual) => [usual, String(form.get(`key-${usual}`) ?? "").trim()] as const);
    const keys = Object.fromEntries(typed.filter(([usual, key]) => key !== "" && key !== usual));
    const body: KeyChoices = { enabled: form.has("enabled"), keys };
    const answer = await call<KeyChoices>(event.fetch, "/me/keys", { method: "PUT", body });
    if (!answer.ok) return fail(answer.problem.status || 503, { problem: answer.problem, typed: body });
    return { isSaved: true, typed: body };
  },
};
