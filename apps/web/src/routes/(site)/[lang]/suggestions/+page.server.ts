import { error, redirect } from "@sveltejs/kit";
import { call, query } from "#lib/api/call.ts";
import { SUGGESTION_STATES, type Suggestion } from "#lib/api/suggestion-types.ts";
import type { Page } from "#lib/api/types.ts";
import { isLanguage } from "#lib/messages/languages.ts";
import { askAsCustomer, textOf } from "#lib/suggestion/acting.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ url, fetch, parent }) => {
  const { site } = await parent();
  const asked = (name: string) => url.searchParams.get(name);
  const filter = {
    sort: asked("sort") === "new" ? ("new" as const) : ("votes" as const),
    state: SUGGESTION_STATES.find((state) => state === asked("state")) ?? null,
    language: isLanguage(asked("language") ?? undefined) ? asked("language") : null,
  };
  const path = `/desks/${encodeURIComponent(site.slug)}/suggestions`;
  const listed = await call<Page<Suggestion>>(fetch, path + query({ ...filter, cursor: asked("after"), limit: 30 }));
  if (!listed.ok) error(listed.problem.status || 503, listed.problem.detail ?? listed.problem.title);
  return { filter, list: listed.value };
};

export const actions: Actions = {
  vote: async (event) => {
    const id = encodeURIComponent(textOf(await event.request.formData(), "id"));
    await askAsCustomer(event, `/suggestions/${id}/vote`, { method: "PUT" });
    redirect(303, `/${event.params.lang}/suggestions/${id}`);
  },
};
