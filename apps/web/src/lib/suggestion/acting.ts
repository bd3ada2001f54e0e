import { redirect } from "@sveltejs/kit";
import { type Answer, call, query } from "#lib/api/call.ts";
import type { DoorPlate } from "#lib/api/types.ts";

type Visit = { fetch: typeof globalThis.fetch; url: URL; params: { lang: string } };

/** Asks what only a customer may who is signed in; a stranger is sent to sign in, and then back here. */
export async function askAsCustomer<T>(
  { fetch, url, params }: Visit,
  path: string,
  request: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer<T>> {
  const answer = await call<T>(fetch, `/my${path}`, request);
  if (!answer.ok && answer.problem.status === 401) {
    redirect(303, `/${params.lang}/sign-in${query({ next: url.pathname + withoutAction(url) })}`);
  }
  return answer;
}

function withoutAction({ searchParams }: URL): string {
  const kept = [...searchParams].filter(([name]) => !name.startsWith("/"));
  return kept.length === 0 ? "" : `?${new URLSearchParams(kept)}`;
}

/** Where the desk's own part of the API begins. */
export async function deskPath({ fetch }: Pick<Visit, "fetch">): Promise<string> {
  const door = await call<DoorPlate>(fetch, "/desk");
  return `/desks/${encodeURIComponent(door.ok ? door.value.slug : "")}`;
}

export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}
