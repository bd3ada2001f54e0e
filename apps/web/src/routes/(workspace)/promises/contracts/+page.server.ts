import { fail, redirect } from "@sveltejs/kit";
import { call, query } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { Contract, Me, Page, PolicyVersion } from "#lib/api/types.ts";
import { instantOf } from "#lib/promises/policy-form.ts";
import type { Actions, PageServerLoad } from "./$types";

type Organisation = { id: string; name: string };

export const load: PageServerLoad = async (event) => {
  const q = event.url.searchParams.get("q") ?? "";
  const [contracts, policies, found] = await Promise.all([
    need<{ items: Contract[] }>(event, "/contracts"),
    need<{ items: PolicyVersion[] }>(event, "/policies"),
    q === "" ? null : need<Page<Organisation>>(event, `/organisations${query({ q, limit: 20 })}`),
  ]);
  return {
    q,
    contracts: contracts.items,
    policies: policies.items.map(({ name }) => name),
    found: found?.items ?? null,
  };
};

export const actions: Actions = {
  default: async (event) => {
    const form = await event.request.formData();
    const text = (name: string) => String(form.get(name) ?? "");
    const { desk } = await need<Me>(event, "/me");
    const from = text("holdsFrom");
    const holdsFrom = from === "" ? {} : { holdsFrom: instantOf(from, desk.timeZone) ?? from };
    const body = { policy: text("policy") || null, ...holdsFrom };
    const path = `/organisations/${encodeURIComponent(text("organisation"))}/contract`;
    const answer = await call(event.fetch, path, { method: "PUT", body });
    if (!answer.ok) return fail(answer.problem.status || 503, { problem: answer.problem });
    redirect(303, "/promises/contracts");
  },
};
