import { fail, type RequestEvent } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { FailingAddress, Mailbox } from "#lib/api/mail-types.ts";
import type { BlockedSender } from "#lib/api/types.ts";
import type { Actions, PageServerLoad } from "./$types";

type All<T> = { items: T[] };

export const load: PageServerLoad = async (event) => {
  const [mailboxes, failing, blocked] = await Promise.all([
    need<All<Mailbox>>(event, "/mailboxes"),
    need<All<FailingAddress>>(event, "/failing-addresses"),
    need<All<BlockedSender>>(event, "/blocked-senders"),
  ]);
  return { mailboxes: mailboxes.items, failing: failing.items, blocked: blocked.items };
};

export const actions: Actions = {
  works: (event) => change(event, "DELETE", "failing-addresses"),
  block: (event) => change(event, "PUT", "blocked-senders"),
  unblock: (event) => change(event, "DELETE", "blocked-senders"),
};

async function change({ request, fetch }: Pick<RequestEvent, "request" | "fetch">, method: string, what: string) {
  const address = String((await request.formData()).get("address") ?? "").trim();
  const answer = await call(fetch, `/${what}/${encodeURIComponent(address)}`, { method });
  if (answer.ok || (method === "DELETE" && answer.problem.status === 404)) return { problem: null, address: "" };
  return fail(answer.problem.status || 503, { problem: answer.problem, address });
}
