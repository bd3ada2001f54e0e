import { redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { Me } from "#lib/api/types.ts";
import { SESSION_COOKIE } from "#lib/session.ts";
import type { PageServerLoad } from "./$types";

/** An agent goes straight to work. */
export const load: PageServerLoad = async ({ cookies, fetch }) => {
  if (cookies.get(SESSION_COOKIE) && (await call<Me>(fetch, "/me")).ok) redirect(303, "/queue");
};
