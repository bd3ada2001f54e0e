import { redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import { ownPath } from "#lib/api/page-data.ts";
import { isLanguage } from "#lib/messages/languages.ts";
import { LANGUAGE_COOKIE, PREFERENCE_COOKIE, readTheme, THEME_COOKIE } from "#lib/preferences.ts";
import type { RequestHandler } from "./$types";

/** Sets the language or the theme, and goes back to the page that asked. An agent's language is kept with the agent,
 *  so that it follows to another browser; for a stranger the API refuses, and the cookie is enough. */
export const POST: RequestHandler = async ({ request, cookies, fetch }) => {
  const form = await request.formData();
  const language = form.get("language");
  if (isLanguage(language)) {
    cookies.set(LANGUAGE_COOKIE, language, PREFERENCE_COOKIE);
    await call(fetch, "/me", { method: "PATCH", body: { language } });
  }
  if (form.has("theme")) cookies.set(THEME_COOKIE, readTheme(form.get("theme")), PREFERENCE_COOKIE);
  redirect(303, ownPath(form.get("next"), "/"));
};
