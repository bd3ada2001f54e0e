import { fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import { ownPath } from "#lib/api/page-data.ts";
import type { Me } from "#lib/api/types.ts";
import { isLanguage } from "#lib/messages/languages.ts";
import { LANGUAGE_COOKIE, PREFERENCE_COOKIE } from "#lib/preferences.ts";
import { keepSession } from "#lib/session.ts";
import type { Actions, PageServerLoad } from "./$types";

/** A link's token is only shown here, never used: mail scanners open links before their reader does. */
export const load: PageServerLoad = ({ url, setHeaders }) => {
  setHeaders({ "cache-control": "no-store" });
  return { token: url.searchParams.get("token"), next: ownPath(url.searchParams.get("next"), "/queue") };
};

export const actions: Actions = {
  ask: async ({ request, fetch }) => {
    const email = String((await request.formData()).get("email") ?? "").trim();
    if (!/^\S+@\S+$/.test(email)) return fail(400, { email, wrong: "email" as const });

    const answer = await call(fetch, "/sign-in-links", { method: "POST", body: { email } });
    return answer.ok ? { sentTo: email } : fail(503, { email, wrong: "service" as const });
  },

  enter: async ({ request, fetch, cookies }) => {
    const form = await request.formData();
    const response = await fetch("/api/v1/sessions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: form.get("token") }),
    });
    if (response.status === 401) return fail(401, { email: "", wrong: "token" as const });
    if (!response.ok) return fail(503, { email: "", wrong: "service" as const });

    keepSession(response, cookies);
    const { language } = (await response.json()) as Me["agent"];
    if (isLanguage(language)) cookies.set(LANGUAGE_COOKIE, language, PREFERENCE_COOKIE);
    redirect(303, ownPath(form.get("next"), "/queue"));
  },
};
