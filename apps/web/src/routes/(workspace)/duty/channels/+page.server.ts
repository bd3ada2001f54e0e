import { fail } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { PageChannel } from "#lib/api/duty-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  const [channels, key] = await Promise.all([
    need<{ items: PageChannel[] }>(event, "/me/page-channels"),
    need<{ publicKey: string }>(event, "/me/push-key"),
  ]);
  return { channels: channels.items, publicKey: key.publicKey };
};

type Outcome = {
  problem: unknown;
  secret: string | null;
  feed: string | null;
  failure: string | null;
  isTried: boolean;
};
const NOTHING: Outcome = { problem: null, secret: null, feed: null, failure: null, isTried: false };

export const actions: Actions = {
  add: async ({ request, fetch }) => {
    const form = await request.formData();
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const kind = text("kind");
    const target = kind === "email" ? { address: text("target") } : { url: text("target") };
    const body = kind === "push" ? JSON.parse(text("subscription")) : { kind, label: text("label"), ...target };
    const added = await call<{ secret: string | null }>(fetch, "/me/page-channels", { method: "POST", body });
    if (!added.ok) return fail(added.problem.status || 503, { ...NOTHING, problem: added.problem });
    return { ...NOTHING, secret: added.value.secret };
  },
  remove: async ({ request, fetch }) => {
    const id = encodeURIComponent(String((await request.formData()).get("id") ?? ""));
    const removed = await call(fetch, `/me/page-channels/${id}`, { method: "DELETE" });
    if (!removed.ok) return fail(removed.problem.status || 503, { ...NOTHING, problem: removed.problem });
    return NOTHING;
  },
  trial: async ({ request, fetch }) => {
    const id = encodeURIComponent(String((await request.formData()).get("id") ?? ""));
    const tried = await call<{ failure: string | null }>(fetch, `/me/page-channels/${id}/trials`, { method: "POST" });
    if (!tried.ok) return fail(tried.problem.status || 503, { ...NOTHING, problem: tried.problem });
    return { ...NOTHING, isTried: true, failure: tried.value.failure };
  },
  feed: async ({ fetch }) => {
    const made = await call<{ url: string }>(fetch, "/me/duty-feed", { method: "POST" });
    if (!made.ok) return fail(made.problem.status || 503, { ...NOTHING, problem: made.problem });
    return { ...NOTHING, feed: made.value.url };
  },
};
