import { fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { Person, WholeCallOut } from "#lib/api/duty-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { Me, Page } from "#lib/api/types.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

const pathOf = ({ params }: Pick<RequestEvent, "params">) => `/call-outs/${encodeURIComponent(params.id)}`;

export const load: PageServerLoad = async (event) => {
  event.depends("app:duty");
  const [callOut, agents] = await Promise.all([
    need<WholeCallOut>(event, pathOf(event)),
    need<Page<Person>>(event, "/agents?limit=200"),
  ]);
  return { callOut, agents: agents.items };
};

export const actions: Actions = {
  acknowledge: (event) => act(event, "/acknowledgement", { method: "POST" }),
  take: async (event) => {
    const { agent } = await need<Me>(event, "/me");
    return act(event, "/holder", { method: "PUT", body: { agentId: agent.id } });
  },
  handOver: async (event) => {
    const agentId = String((await event.request.formData()).get("agent") ?? "");
    return act(event, "/holder", { method: "PUT", body: { agentId } });
  },
};

async function act(event: RequestEvent, path: string, request: { method: string; body?: unknown }) {
  const answer = await call(event.fetch, pathOf(event) + path, request);
  if (!answer.ok) return fail(answer.problem.status || 503, { problem: answer.problem });
  redirect(303, event.url.pathname);
}
