import { fail, redirect } from "@sveltejs/kit";
import type { NewsList } from "#lib/api/agent-day-types.ts";
import { call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  event.depends("app:news");
  return { news: await need<NewsList>(event, "/me/news?limit=100") };
};

export const actions: Actions = {
  default: async (event) => {
    const answer = await call(event.fetch, "/me/news/seen", { method: "PUT", body: {} });
    if (!answer.ok) return fail(answer.problem.status || 503, { problem: answer.problem });
    redirect(303, "/notifications");
  },
};
