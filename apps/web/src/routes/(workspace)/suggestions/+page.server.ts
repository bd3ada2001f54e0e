import { fail, redirect } from "@sveltejs/kit";
import { call, query } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import { type AgentSuggestion, SUGGESTION_STATES, type WaitingItem } from "#lib/api/suggestion-types.ts";
import type { Page } from "#lib/api/types.ts";
import { textOf } from "#lib/suggestion/acting.ts";
import type { Actions, PageServerLoad } from "./$types";

type Waiting = { count: number; items: WaitingItem[] };

export const load: PageServerLoad = async (event) => {
  event.depends("app:suggestions");
  const asked = (name: string) => event.url.searchParams.get(name);
  const show = asked("show") === "queue" ? "queue" : asked("show") === "hidden" ? "hidden" : "list";
  const filter = {
    sort: asked("sort") === "new" ? ("new" as const) : ("votes" as const),
    state: SUGGESTION_STATES.find((state) => state === asked("state")) ?? null,
    q: asked("q"),
  };
  const moderation = show === "hidden" ? "rejected" : "approved";
  const [waiting, list] = await Promise.all([
    need<Waiting>(event, "/suggestions/waiting"),
    show === "queue"
      ? { items: [], next: null }
      : need<Page<AgentSuggestion>>(event, `/suggestions${query({ ...filter, moderation, cursor: asked("after") })}`),
  ]);
  return { show, filter, waiting, list } as const;
};

export const actions: Actions = {
  judge: async (event) => {
    const form = await event.request.formData();
    const [id, comment] = [textOf(form, "id"), textOf(form, "comment")];
    const decision = textOf(form, "decision");
    const reason = textOf(form, "reason");
    const place = `/suggestions/${encodeURIComponent(id)}${comment && `/comments/${encodeURIComponent(comment)}`}`;
    const body = { decision, ...(reason !== "" && { reason }) };
    const judged = await call(event.fetch, `${place}/moderation`, { method: "PUT", body });
    if (!judged.ok) return fail(judged.problem.status || 503, { problem: judged.problem });
    redirect(303, "/suggestions?show=queue");
  },
};
