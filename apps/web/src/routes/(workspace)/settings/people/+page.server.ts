import { fail } from "@sveltejs/kit";
import { call, query } from "#lib/api/call.ts";
import type { Account, Invitation } from "#lib/api/account-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { Page } from "#lib/api/types.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

export const load: PageServerLoad = async (event) => {
  const cursor = event.url.searchParams.get("cursor");
  const [accounts, invitations] = await Promise.all([
    need<Page<Account>>(event, `/accounts${query({ cursor })}`),
    need<{ items: Invitation[] }>(event, "/invitations"),
  ]);
  return { accounts: accounts.items, next: accounts.next, invitations: invitations.items };
};

export const actions: Actions = {
  invite: async (event) => {
    const form = await event.request.formData();
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const body = { email: text("email"), name: text("name"), role: text("role"), language: text("language") };
    const sent = await call<Invitation>(event.fetch, "/invitations", { method: "POST", body });
    return sent.ok
      ? { sentTo: sent.value.email }
      : fail(sent.problem.status || 503, { problem: sent.problem, typed: body });
  },

  sendAgain: (event) => change(event, (id) => [`/invitations/${id}/mails`, "POST"]),
  takeBack: (event) => change(event, (id) => [`/invitations/${id}`, "DELETE"]),
  role: (event) => change(event, (id, form) => [`/accounts/${id}`, "PATCH", { role: form.get("role") }]),
  suspend: (event) => change(event, (id) => [`/accounts/${id}`, "PATCH", { isSuspended: true }]),
  restore: (event) => change(event, (id) => [`/accounts/${id}`, "PATCH", { isSuspended: false }]),
  endSessions: (event) => change(event, (id) => [`/accounts/${id}/sessions`, "DELETE"]),
  reset: (event) => change(event, (id) => [`/accounts/${id}/sign-in-ways`, "DELETE"]),
};

type Asked = [path: string, method: string, body?: object];

async function change({ request, fetch }: RequestEvent, ask: (id: string, form: FormData) => Asked) {
  const form = await request.formData();
  const [path, method, body] = ask(encodeURIComponent(String(form.get("id") ?? "")), form);
  const answer = await call(fetch, path, { method, ...(body && { body }) });
  return answer.ok ? { isDone: true } : fail(answer.problem.status || 503, { problem: answer.problem });
}
