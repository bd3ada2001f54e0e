import { fail, redirect } from "@sveltejs/kit";
import { call, query } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { AgentSuggestion, AgentWholeSuggestion, SimilarSuggestion } from "#lib/api/suggestion-types.ts";
import type { Page } from "#lib/api/types.ts";
import { textsIn } from "#lib/incident/incident-texts.ts";
import { deskPath, textOf } from "#lib/suggestion/acting.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

const pathOf = ({ params }: Pick<RequestEvent, "params">) => `/suggestions/${encodeURIComponent(params.id)}`;

export const load: PageServerLoad = async (event) => {
  event.depends("app:suggestions");
  const suggestion = await need<AgentWholeSuggestion>(event, pathOf(event));
  const q = event.url.searchParams.get("merge") ?? "";
  return { suggestion, q, targets: suggestion.mergedInto ? [] : await findTargets(event, suggestion, q) };
};

/** What it may be merged into: what its title is like, or what is looked for. */
async function findTargets(
  event: Pick<RequestEvent, "fetch">,
  { id, title, language }: AgentWholeSuggestion,
  q: string,
): Promise<SimilarSuggestion[]> {
  const path =
    q === ""
      ? `${await deskPath(event)}/similar-suggestions${query({ text: title, language, except: id })}`
      : `/suggestions${query({ q, moderation: "approved", limit: 20 })}`;
  const found = await call<{ items: SimilarSuggestion[] } | Page<AgentSuggestion>>(event.fetch, path);
  return found.ok ? found.value.items.filter((each) => each.id !== id) : [];
}

export const actions: Actions = {
  judge: (event) =>
    act(event, (form) => {
      const [decision, reason, comment] = [textOf(form, "decision"), textOf(form, "reason"), textOf(form, "comment")];
      const place = comment === "" ? "" : `/comments/${encodeURIComponent(comment)}`;
      return [`${place}/moderation`, "PUT", { decision, ...(reason !== "" && { reason }) }];
    }),
  state: (event) =>
    act(event, (form) => {
      const reason = textsIn(form, "reason");
      const body = { state: textOf(form, "state"), ...(Object.keys(reason).length > 0 && { reason }) };
      return ["/state", "PUT", body];
    }),
  merge: (event) => act(event, (form) => ["/merge", "PUT", { into: textOf(form, "into") }]),
  answer: (event) =>
    act(event, (form) => ["/answers", "POST", { text: textOf(form, "text"), language: textOf(form, "language") }]),
  edit: (event) => act(event, (form) => ["", "PATCH", { title: textOf(form, "title"), text: textOf(form, "text") }]),
  ticket: async (event) => {
    const form = await event.request.formData();
    const body = {
      ...{ subject: textOf(form, "subject"), text: textOf(form, "text"), priority: textOf(form, "priority") },
      priorityReason: textOf(form, "reason"),
    };
    const opened = await call<{ ticketId: string }>(event.fetch, `${pathOf(event)}/ticket`, { method: "POST", body });
    if (!opened.ok) return fail(opened.problem.status || 503, { problem: opened.problem });
    redirect(303, `/tickets/${opened.value.ticketId}?state=all`);
  },
};

/** Each form names the version that its reader saw. */
async function act(event: RequestEvent, requested: (form: FormData) => [path: string, method: string, body: unknown]) {
  const form = await event.request.formData();
  const [path, method, body] = requested(form);
  const version = textOf(form, "version");
  const headers: Record<string, string> = version === "" ? {} : { "if-match": `"${version}"` };
  const answer = await call(event.fetch, pathOf(event) + path, { method, body, headers });
  if (!answer.ok) return fail(answer.problem.status || 503, { problem: answer.problem });
  redirect(303, event.url.pathname);
}
