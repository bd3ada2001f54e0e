import { error, fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { FormQuestions, RequestReceipt } from "#lib/api/site-types.ts";
import type { DoorPlate, Priority } from "#lib/api/types.ts";
import { type Filled, missingIn, priorityOf, readFilled, requestOf } from "#lib/site/request-form.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

export const load: PageServerLoad = async ({ fetch, parent }) => {
  const { site, lang, customer } = await parent();
  const asked = await call<FormQuestions>(fetch, `/desks/${encodeURIComponent(site.slug)}/form?language=${lang}`);
  if (!asked.ok) error(asked.problem.status || 503, asked.problem.detail ?? asked.problem.title);
  return { asked: asked.value, email: customer?.address ?? "", name: customer?.name ?? "" };
};

export const actions: Actions = {
  /** What is promised, before it is sent. */
  check: async (event) => {
    const filled = readFilled(await event.request.formData());
    const missing = missingIn(filled);
    if (missing.length > 0) return fail(422, { filled, missing, problem: null, priority: null });
    return { filled, missing, problem: null, priority: await priorityFor(event, filled) };
  },

  change: async (event) => ({
    filled: readFilled(await event.request.formData()),
    missing: [],
    problem: null,
    priority: null,
  }),

  send: async (event) => {
    const filled = readFilled(await event.request.formData());
    const missing = missingIn(filled);
    if (missing.length > 0) return fail(422, { filled, missing, problem: null, priority: null });
    const sent = await call<RequestReceipt>(event.fetch, `${await deskPath(event)}/requests`, {
      ...{ method: "POST", headers: { "idempotency-key": filled.key } },
      body: requestOf(filled, event.params.lang),
    });
    if (!sent.ok) return fail(sent.problem.status || 503, { filled, missing, problem: sent.problem, priority: null });
    const { number, signature, shown } = sent.value;
    redirect(303, `/${event.params.lang}/requests/${number}/${signature}?shown=${shown}`);
  },
};

async function priorityFor(event: RequestEvent, filled: Filled): Promise<Priority | null> {
  const asked = await call<FormQuestions>(event.fetch, `${await deskPath(event)}/form?language=${event.params.lang}`);
  return asked.ok ? priorityOf(asked.value.table, filled) : null;
}

async function deskPath({ fetch }: RequestEvent): Promise<string> {
  const door = await call<DoorPlate>(fetch, "/desk");
  return `/desks/${encodeURIComponent(door.ok ? door.value.slug : "")}`;
}
