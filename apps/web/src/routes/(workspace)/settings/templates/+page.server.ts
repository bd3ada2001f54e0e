import { fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { AnswerTemplate } from "#lib/api/writing-types.ts";
import { textsIn } from "#lib/incident/incident-texts.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

export const load: PageServerLoad = async (event) => {
  const { items, variables } = await need<{ items: AnswerTemplate[]; variables: string[] }>(event, "/answers");
  return { answers: items, variables };
};

export const actions: Actions = {
  save: async (event) => {
    const form = await event.request.formData();
    const id = String(form.get("id") ?? "");
    const body = { name: String(form.get("name") ?? ""), texts: textsIn(form, "text") };
    const version = String(form.get("version") ?? "");
    const request =
      id === "" ? { method: "POST", body } : { method: "PUT", body, headers: { "if-match": `"${version}"` } };
    const path = id === "" ? "/answer-texts" : `/answer-texts/${encodeURIComponent(id)}`;
    return ended(event, await call(event.fetch, path, request), { id, ...body });
  },
  remove: async (event) => {
    const id = String((await event.request.formData()).get("id") ?? "");
    const path = `/answer-texts/${encodeURIComponent(id)}`;
    return ended(event, await call(event.fetch, path, { method: "DELETE" }), { id, name: "", texts: {} });
  },
};

function ended(
  { url }: RequestEvent,
  answer: Awaited<ReturnType<typeof call>>,
  typed: Omit<AnswerTemplate, "version">,
) {
  if (!answer.ok) return fail(answer.problem.status || 503, { problem: answer.problem, typed });
  redirect(303, url.pathname);
}
