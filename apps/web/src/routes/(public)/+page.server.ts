import { redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { Me } from "#lib/api/types.ts";
import { SESSION_COOKIE } from "#lib/session.ts";
import type { PageServerLoad } from "./$types";

/** An agent goes straight to work, anybody else to the public site. Where there are several desks nobody knows which. */
export const load: PageServerLoad = async ({ cookies, fetch, locals, parent }) => {
  if (cookies.get(SESSION_COOKIE) && (await call<Me>(fetch, "/me")).ok) redirect(303, "/queue");
  if ((await parent()).desk !== null) redirect(307, `/${locals.language}`);
};
