import { fail } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { ApiToken } from "#lib/api/account-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  event.setHeaders({ "cache-control": "no-store" }); // A token may stand on it.
  return { tokens: (await need<{ items: ApiToken[] }>(event, "/api-tokens")).items };
};

export const actions: Actions = {
  make: async ({ request, fetch }) => {
    const form = await request.formData();
    const body = { name: String(form.get("name") ?? ""), isReadOnly: form.get("scope") !== "write" };
    const made = await call<{ token: string }>(fetch, "/api-tokens", { method: "POST", body });
    return made.ok
      ? { token: made.value.token }
      : fail(made.problem.status || 503, { problem: made.problem, typed: body });
  },

  revoke: async ({ request, fetch }) => {
    const id = String((await request.formData()).get("id") ?? "");
    const revoked = await call(fetch, `/api-tokens/${encodeURIComponent(id)}`, { method: "DELETE" });
    return revoked.ok ? { isDone: true } : fail(revoked.problem.status || 503, { problem: revoked.problem });
  },
};
