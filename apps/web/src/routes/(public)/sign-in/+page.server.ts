import { type Cookies, fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import { ownPath } from "#lib/api/page-data.ts";
import type { Me } from "#lib/api/types.ts";
import { isLanguage } from "#lib/messages/languages.ts";
import { LANGUAGE_COOKIE, PREFERENCE_COOKIE } from "#lib/preferences.ts";
import { keepSession } from "#lib/session.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

/** A link's token is only shown here, never used: mail scanners open links before their reader does. */
export const load: PageServerLoad = ({ url, setHeaders }) => {
  setHeaders({ "cache-control": "no-store" });
  return { token: url.searchParams.get("token"), next: ownPath(url.searchParams.get("next"), "/queue") };
};

export const actions: Actions = {
  password: async (event) => {
    const form = await event.request.formData();
    const [email, password] = [textOf(form, "email").trim(), textOf(form, "password")];
    const next = ownPath(form.get("next"), "/queue");
    if (!/^\S+@\S+$/.test(email)) return fail(400, { email, next, wrong: "email" as const });
    const asked = { method: "POST", body: { email, password } };
    const answer = await call<{ token: string }>(event.fetch, "/sign-ins/password", asked);
    if (answer.ok) return { email, next, step: answer.value.token };
    return refuse(answer.problem, { email, next, wrong: "password" as const });
  },

  code: async (event) => {
    const form = await event.request.formData();
    const [step, email] = [textOf(form, "step"), textOf(form, "email")];
    const next = ownPath(form.get("next"), "/queue");
    const response = await post(event, "/api/v1/sign-ins/code", { token: step, code: textOf(form, "code") });
    if (response.ok) return await enter(event, response, next);
    const problem = { status: response.status, ...(await readDetail(response)) };
    const isLate = /too long ago/.test(problem.detail);
    return refuse(problem, { email, next, wrong: isLate ? "late" : "code", ...(!isLate && { step }) });
  },

  ask: async (event) => {
    const email = textOf(await event.request.formData(), "email").trim();
    if (!/^\S+@\S+$/.test(email)) return fail(400, { email, wrong: "link-email" as const });

    const answer = await call(event.fetch, "/sign-in-links", { method: "POST", body: { email } });
    return answer.ok ? { sentTo: email } : fail(503, { email, wrong: "service" as const });
  },

  enter: async (event) => {
    const form = await event.request.formData();
    const response = await post(event, "/api/v1/sessions", { token: form.get("token") });
    if (response.status === 401) return fail(401, { email: "", wrong: "token" as const });
    if (!response.ok) return fail(503, { email: "", wrong: "service" as const });
    return await enter(event, response, ownPath(form.get("next"), "/queue"));
  },
};

const textOf = (form: FormData, name: string) => String(form.get(name) ?? "");

function post({ fetch }: RequestEvent, path: string, body: object): Promise<Response> {
  return fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function readDetail(response: Response): Promise<{ detail: string }> {
  const said = (await response.json().catch(() => ({}))) as { detail?: string };
  return { detail: said.detail ?? "" };
}

type Wrong = "password" | "code" | "late";
type Given = { email: string; next: string; wrong: Wrong; step?: string };

function refuse({ status, detail = "" }: { status: number; detail?: string | undefined }, given: Given) {
  if (status === 429) return fail(429, { ...given, wrong: "wait", seconds: Number(/\d+/.exec(detail)?.[0] ?? 60) });
  if (status === 409) return fail(409, { ...given, wrong: "unreadable" });
  return status === 401 || status === 400 ? fail(401, given) : fail(503, { ...given, wrong: "service" });
}

/** Whoever came by an invitation chooses first how they come in next time. */
async function enter({ cookies }: { cookies: Cookies }, response: Response, next: string): Promise<never> {
  keepSession(response, cookies);
  const { language, isNew } = (await response.json()) as Me["agent"] & { isNew?: boolean };
  if (isLanguage(language)) cookies.set(LANGUAGE_COOKIE, language, PREFERENCE_COOKIE);
  redirect(303, isNew ? "/settings/security?welcome" : next);
}
