import { fail } from "@sveltejs/kit";
import { NEWS_KINDS, type NewsChoices } from "#lib/api/agent-day-types.ts";
import { call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => ({
  choices: await need<NewsChoices>(event, "/me/news-choices"),
});

export const actions: Actions = {
  default: async (event) => {
    const form = await event.request.formData();
    const body = Object.fromEntries(
      NEWS_KINDS.map((kind) => [kind, { page: form.has(`page-${kind}`), mail: form.has(`mail-${kind}`) }]),
    );
    const answer = await call(event.fetch, "/me/news-choices", { method: "PUT", body });
    return answer.ok ? { isSaved: true } : fail(answer.problem.status || 503, { problem: answer.problem });
  },
};
