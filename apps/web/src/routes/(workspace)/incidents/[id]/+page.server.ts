import { fail, redirect } from "@sveltejs/kit";
import { call, query } from "#lib/api/call.ts";
import type { WholeIncident } from "#lib/api/incident-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { Page, Ticket } from "#lib/api/types.ts";
import { textsIn } from "#lib/incident/incident-texts.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

const pathOf = ({ params }: Pick<RequestEvent, "params">) => `/incidents/${encodeURIComponent(params.id)}`;

export const load: PageServerLoad = async (event) => {
  event.depends("app:incidents");
  return { incident: await need<WholeIncident>(event, pathOf(event)) };
};

export const actions: Actions = {
  accept: async (event) => {
    const form = await event.request.formData();
    const [title, text] = [textsIn(form, "title"), textsIn(form, "text")];
    const body = { title, isPublic: form.get("public") === "on", ...(Object.keys(text).length > 0 && { text }) };
    return act(event, "/acceptance", { method: "POST", body });
  },
  dismiss: async (event) => {
    const dismissed = await call(event.fetch, pathOf(event), { method: "DELETE" });
    if (!dismissed.ok) return fail(dismissed.problem.status || 503, { problem: dismissed.problem, isUnknown: false });
    redirect(303, "/incidents");
  },
  update: async (event) => {
    const text = textsIn(await event.request.formData(), "text");
    return act(event, "/updates", { method: "POST", body: { text } });
  },
  reply: async (event) => {
    const text = textsIn(await event.request.formData(), "text");
    return act(event, "/replies", { method: "POST", body: { text } });
  },
  resolve: async (event) => {
    const form = await event.request.formData();
    const is = (name: string) => form.get(name) === "on";
    const body = { text: textsIn(form, "text"), closes: is("closes"), replies: is("replies") };
    return act(event, "/resolution", { method: "POST", body });
  },
  join: async (event) => {
    const number = String((await event.request.formData()).get("number") ?? "").replace(/^#/, "");
    const found = await call<Page<Ticket>>(event.fetch, `/tickets${query({ state: "all", q: number, limit: 50 })}`);
    const ticket = found.ok ? found.value.items.find((each) => String(each.number) === number) : undefined;
    if (ticket === undefined) return fail(422, { problem: null, isUnknown: true });
    return act(event, `/tickets/${ticket.id}`, { method: "PUT" });
  },
  leave: async (event) => {
    const id = encodeURIComponent(String((await event.request.formData()).get("ticket") ?? ""));
    return act(event, `/tickets/${id}`, { method: "DELETE" });
  },
};

async function act(event: RequestEvent, path: string, request: { method: string; body?: unknown }) {
  const answer = await call(event.fetch, pathOf(event) + path, request);
  if (!answer.ok) return fail(answer.problem.status || 503, { problem: answer.problem, isUnknown: false });
  redirect(303, event.url.pathname);
}
