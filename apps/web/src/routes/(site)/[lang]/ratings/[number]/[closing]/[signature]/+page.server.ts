import { fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { Rating, RatingStanding } from "#lib/api/portal-types.ts";
import type { DoorPlate } from "#lib/api/types.ts";
import { wrongOf } from "#lib/site/portal-visit.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

/** The link's answer is only proposed here, never recorded: mail scanners open links before their reader does. */
export const load: PageServerLoad = async (event) => {
  event.setHeaders({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
  const asked = await call<RatingStanding>(event.fetch, await pathOf(event));
  const answers: Rating[] = ["good", "bad"];
  const proposed = answers.find((each) => each === event.url.searchParams.get("rating")) ?? null;
  return {
    asked: asked.ok ? asked.value : null,
    proposed,
    number: event.params.number,
  };
};

export const actions: Actions = {
  default: async (event) => {
    const form = await event.request.formData();
    const [rating, words] = [form.get("rating"), String(form.get("words") ?? "")];
    if (rating !== "good" && rating !== "bad") return fail(422, { words, wrong: null });
    const rated = await call(event.fetch, await pathOf(event), { method: "POST", body: { rating, text: words } });
    if (!rated.ok) return fail(rated.problem.status || 503, { words, wrong: wrongOf(rated.problem) });
    redirect(303, event.url.pathname);
  },
};

async function pathOf({ fetch, params }: Pick<RequestEvent, "fetch" | "params">): Promise<string> {
  const door = await call<DoorPlate>(fetch, "/desk");
  const place = [params.number, params.closing, params.signature].map(encodeURIComponent).join("/");
  return `/desks/${encodeURIComponent(door.ok ? door.value.slug : "")}/ratings/${place}`;
}
