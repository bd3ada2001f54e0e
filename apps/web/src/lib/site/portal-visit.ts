import { error, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { Problem } from "#lib/api/types.ts";
import type { Messages } from "#lib/messages/fr.ts";

type Visit = { fetch: typeof globalThis.fetch; url: URL; params: { lang: string } };

/** What a customer's page cannot do without: a stranger is sent to sign in and then back here. */
export async function needOwn<T>({ fetch, url, params }: Visit, path: string): Promise<T> {
  const answer = await call<T>(fetch, path);
  if (answer.ok) return answer.value;
  const next = encodeURIComponent(url.pathname + url.search);
  if (answer.problem.status === 401) redirect(303, `/${params.lang}/sign-in?next=${next}`);
  error(answer.problem.status || 503, answer.problem.detail ?? answer.problem.title);
}

type Wrong = keyof Messages["portal"]["wrong"];

/** The API's refusals by their titles, which are the same for each occurrence. */
const WRONG: Record<string, Wrong> = {
  ...{ "Changed meanwhile": "changed", "Another message under this key": "twice", "A file is missing": "fileGone" },
  ...{ "Already closed": "standing", "Not closed": "standing", "Closed for too long": "standing" },
  ...{ "Kept as history": "standing", "Not to be rated": "standing", "Nothing to take back": "standing" },
  "Rated already": "rated",
  ...{ "Empty file": "empty", "Too large": "large", "Too many files": "large", "A program": "program" },
  ...{ "Broken off": "broken", "Too many at once": "busy" },
};

export function wrongOf({ status, title }: Problem): Wrong {
  if (status === 401) return "ended";
  if (status === 0 || status >= 502) return "offline";
  return WRONG[title] ?? "other";
}
