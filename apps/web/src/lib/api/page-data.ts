import { error, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";

type Visit = { fetch: typeof globalThis.fetch; url: URL };

/** What a page cannot do without: a stranger is sent to sign in and then back here, other problems become the error page. */
export async function need<T>({ fetch, url }: Visit, path: string): Promise<T> {
  const answer = await call<T>(fetch, path);
  if (answer.ok) return answer.value;

  // The query of a form that was sent names what it does: no page to come back to.
  const search = url.search.startsWith("?/") ? "" : url.search;
  if (answer.problem.status === 401) redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname + search)}`);
  error(answer.problem.status || 503, answer.problem.detail ?? answer.problem.title);
}

/** A path of this site to go on to, from a query or a form; anything that could lead elsewhere becomes `otherwise`.
 *  `//host`, `/\host` and control characters are read by browsers as another host. */
export function ownPath(path: FormDataEntryValue | null, otherwise: string): string {
  // oxlint-disable-next-line no-control-regex
  return typeof path === "string" && /^\/(?![/\\])[^\x00-\x1f\\]*$/.test(path) ? path : otherwise;
}
