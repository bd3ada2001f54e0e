import { error, fail } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import { deskPath } from "#lib/suggestion/acting.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

type Followed = { title: string; follows: boolean };

/** The link is only shown here, and used by the form: mail scanners open links before their reader does. */
export const load: PageServerLoad = async (event) => {
  event.setHeaders({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
  const followed = await call<Followed>(event.fetch, await pathOf(event));
  if (!followed.ok) error(followed.problem.status || 503, followed.problem.detail ?? followed.problem.title);
  return { followed: followed.value };
};

export const actions: Actions = {
  default: async (event) => {
    const ended = await call<Followed>(event.fetch, await pathOf(event), { method: "POST" });
    if (!ended.ok) return fail(ended.problem.status || 503, { problem: ended.problem });
    return { problem: null };
  },
};

async function pathOf(event: Pick<RequestEvent, "fetch" | "params">): Promise<string> {
  return `${await deskPath(event)}/suggestion-follows/${encodeURIComponent(event.params.token)}`;
}
