import { error, redirect } from "@sveltejs/kit";
import { query } from "#lib/api/call.ts";
import type { MySuggestion } from "#lib/api/suggestion-types.ts";
import type { Page } from "#lib/api/types.ts";
import { askAsCustomer } from "#lib/suggestion/acting.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  const after = event.url.searchParams.get("after");
  const listed = await askAsCustomer<Page<MySuggestion>>(event, `/suggestions${query({ cursor: after })}`);
  if (!listed.ok) error(listed.problem.status || 503, listed.problem.detail ?? listed.problem.title);
  return { list: listed.value };
};

export const actions: Actions = {
  forget: async (event) => {
    const done = await askAsCustomer(event, "/suggestions", { method: "DELETE" });
    if (!done.ok) error(done.problem.status || 503, done.problem.detail ?? done.problem.title);
    redirect(303, `/${event.params.lang}/suggestions`);
  },
};
