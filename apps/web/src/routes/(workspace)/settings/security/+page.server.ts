import { fail } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { AgentSession, SignInWays } from "#lib/api/account-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { Problem } from "#lib/api/types.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

export const load: PageServerLoad = async (event) => {
  event.depends("app:security");
  event.setHeaders({ "cache-control": "no-store" }); // Codes may stand on it.
  const [ways, sessions] = await Promise.all([
    need<SignInWays>(event, "/me/sign-in-ways"),
    need<{ items: AgentSession[] }>(event, "/me/sessions"),
  ]);
  return { ways, sessions: sessions.items, isWelcome: event.url.searchParams.has("welcome") };
};

type Phone = { secret: string; qr: string };

export const actions: Actions = {
  password: async (event) => {
    const password = String((await event.request.formData()).get("password") ?? "");
    return await change(event, "/me/password", "PUT", { password });
  },

  noPassword: async (event) => await change(event, "/me/password", "DELETE"),

  phone: async ({ fetch }) => {
    const begun = await call<Phone>(fetch, "/me/totp", { method: "POST" });
    return begun.ok ? { phone: pictureOf(begun.value) } : refuse(begun.problem);
  },

  confirm: async ({ fetch, request }) => {
    const form = await request.formData();
    const text = (name: string) => String(form.get(name) ?? "");
    const body = { code: text("code") };
    const confirmed = await call<{ recoveryCodes: string[] }>(fetch, "/me/totp/confirmation", { method: "POST", body });
    if (confirmed.ok) return { recoveryCodes: confirmed.value.recoveryCodes };
    return refuse(confirmed.problem, { phone: { secret: text("secret"), picture: text("picture") } });
  },

  recovery: async ({ fetch }) => {
    const made = await call<{ recoveryCodes: string[] }>(fetch, "/me/recovery-codes", { method: "POST" });
    return made.ok ? { recoveryCodes: made.value.recoveryCodes } : refuse(made.problem);
  },

  noPasskey: async (event) => {
    const id = String((await event.request.formData()).get("id") ?? "");
    return await change(event, `/me/passkeys/${encodeURIComponent(id)}`, "DELETE");
  },

  end: async (event) => {
    const id = String((await event.request.formData()).get("id") ?? "");
    return await change(event, `/me/sessions/${encodeURIComponent(id)}`, "DELETE");
  },

  endOthers: async (event) => await change(event, "/me/sessions", "DELETE"),
};

async function change({ fetch }: RequestEvent, path: string, method: string, body?: object) {
  const answer = await call(fetch, path, { method, ...(body && { body }) });
  return answer.ok ? { isDone: true } : refuse(answer.problem);
}

function refuse<T extends object>(problem: Problem, kept?: T) {
  return fail(problem.status || 503, { problem, ...kept });
}

/** As a picture of its own, so that no markup of ours needs it. */
function pictureOf({ secret, qr }: Phone) {
  return { secret, picture: `data:image/svg+xml;base64,${Buffer.from(qr).toString("base64")}` };
}
