import { fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import { ownPath } from "#lib/api/page-data.ts";
import type { DoorPlate } from "#lib/api/types.ts";
import { keepSession } from "#lib/session.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

/** A link's token is only shown here, never used: mail scanners open links before their reader does. */
export const load: PageServerLoad = async ({ url, params, setHeaders, parent }) => {
  setHeaders({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
  const next = ownPath(url.searchParams.get("next"), `/${params.lang}/tickets`);
  if ((await parent()).customer !== null) redirect(303, next);
  return { token: url.searchParams.get("token"), next };
};

export const actions: Actions = {
  ask: async (event) => {
    const form = await event.request.formData();
    const email = textOf(form, "email").trim();
    const next = ownPath(form.get("next"), `/${event.params.lang}/tickets`); // The address of an action has it no more.
    if (!/^\S+@\S+$/.test(email)) return fail(422, { email, next, wrong: "email" as const });
    const body = { email, language: event.params.lang, next };
    const asked = await call<{ request: string }>(event.fetch, `${await deskPath(event)}/customer-sign-ins`, {
      ...{ method: "POST", body },
    });
    if (asked.ok) return { email, next, request: asked.value.request };
    return fail(asked.problem.status || 503, {
      email,
      next,
      wrong: asked.problem.status === 422 ? "email" : "service",
    });
  },

  code: async (event) => {
    const form = await event.request.formData();
    const [email, request, code] = [textOf(form, "email"), textOf(form, "request"), textOf(form, "code")];
    return await enter(event, form, { request, code }, { email, request, wrong: "code" });
  },

  link: async (event) => {
    const form = await event.request.formData();
    return await enter(event, form, { token: textOf(form, "token") }, { email: "", wrong: "link" });
  },
};

type Wrong = { email: string; next?: string; request?: string; wrong: "code" | "link" };

async function enter(event: RequestEvent, form: FormData, proof: object, found: Wrong) {
  const wrong = { ...found, next: ownPath(form.get("next"), `/${event.params.lang}/tickets`) };
  const response = await event.fetch(`/api/v1${await deskPath(event)}/customer-sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(proof),
  });
  if (response.status === 401 || response.status === 400) return fail(401, wrong);
  if (!response.ok) return fail(503, { ...wrong, wrong: "service" as const });
  keepSession(response, event.cookies);
  redirect(303, ownPath(form.get("next"), `/${event.params.lang}/tickets`));
}

async function deskPath({ fetch }: RequestEvent): Promise<string> {
  const door = await call<DoorPlate>(fetch, "/desk");
  return `/desks/${encodeURIComponent(door.ok ? door.value.slug : "")}`;
}

const textOf = (form: FormData, name: string) => {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
};
