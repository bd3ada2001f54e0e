import { error, fail } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { CallOut, PagedCallOut, Person } from "#lib/api/duty-types.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

type Acted = { callOut: CallOut; refused: string | null };

const pathOf = ({ params }: Pick<RequestEvent, "params">) =>
  `/desks/${encodeURIComponent(params.slug)}/pages/${encodeURIComponent(params.token)}`;

/** Looking changes nothing: programs that follow links in mails do that, too. */
export const load: PageServerLoad = async (event) => {
  event.setHeaders({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
  const [paged, colleagues] = await Promise.all([
    call<PagedCallOut>(event.fetch, pathOf(event)),
    call<{ items: Person[] }>(event.fetch, `${pathOf(event)}/colleagues`),
  ]);
  if (!paged.ok) error(paged.problem.status || 503, paged.problem.detail ?? paged.problem.title);
  return { paged: paged.value, colleagues: colleagues.ok ? colleagues.value.items : [] };
};

export const actions: Actions = {
  acknowledge: (event) => act(event, "/acknowledgement", { method: "POST" }),
  take: (event) => act(event, "/holder", { method: "PUT", body: {} }),
  handOver: async (event) => {
    const agentId = String((await event.request.formData()).get("agent") ?? "");
    return act(event, "/holder", { method: "PUT", body: { agentId } });
  },
  called: async (event) => {
    const ticketId = String((await event.request.formData()).get("ticket") ?? "");
    return act(event, "/calls", { method: "POST", body: { ticketId } });
  },
};

async function act(event: RequestEvent, path: string, request: { method: string; body?: unknown }) {
  const answer = await call<Acted>(event.fetch, pathOf(event) + path, request);
  return answer.ok ? { problem: null } : fail(answer.problem.status || 503, { problem: answer.problem });
}
