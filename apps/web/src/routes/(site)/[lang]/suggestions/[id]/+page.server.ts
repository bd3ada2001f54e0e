import { error, fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { MyWholeSuggestion, WholeSuggestion } from "#lib/api/suggestion-types.ts";
import { askAsCustomer, textOf } from "#lib/suggestion/acting.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

export const load: PageServerLoad = async ({ params, fetch, parent, url }) => {
  const { site, customer } = await parent();
  const id = encodeURIComponent(params.id);
  const [mine, told] =
    customer === null
      ? [null, await call<WholeSuggestion>(fetch, `/desks/${encodeURIComponent(site.slug)}/suggestions/${id}`)]
      : await call<MyWholeSuggestion>(fetch, `/my/suggestions/${id}`).then((answer) => [answer, answer] as const);
  if (!told.ok) error(told.problem.status || 503, told.problem.detail ?? told.problem.title);
  return {
    suggestion: told.value as WholeSuggestion,
    mine: mine?.ok ? mine.value : null,
    isNew: url.searchParams.has("proposed"),
  };
};

const stands = (as: "vote" | "follow", method: "PUT" | "DELETE") => async (event: RequestEvent) =>
  act(event, `/${as}`, { method });

export const actions: Actions = {
  vote: stands("vote", "PUT"),
  unvote: stands("vote", "DELETE"),
  follow: stands("follow", "PUT"),
  unfollow: stands("follow", "DELETE"),
  comment: async (event) => {
    const form = await event.request.formData();
    const body = { text: textOf(form, "text"), signed: form.get("signed") === "on" };
    return act(event, "/comments", { method: "POST", body }, body.text);
  },
};

async function act(event: RequestEvent, path: string, request: { method: string; body?: unknown }, text = "") {
  const id = encodeURIComponent(event.params.id);
  const answer = await askAsCustomer<{ id: string }>(event, `/suggestions/${id}${path}`, request);
  if (!answer.ok) return fail(answer.problem.status || 503, { problem: answer.problem, text });
  redirect(303, `/${event.params.lang}/suggestions/${answer.value.id}`);
}
