import { need } from "#lib/api/page-data.ts";
import type { CalendarVersion, PolicyVersion } from "#lib/api/types.ts";
import { redirect } from "@sveltejs/kit";
import type { Actions, PageServerLoad } from "./$types";

type All<T> = { items: T[] };

export const load: PageServerLoad = async (event) => {
  const [policies, calendars] = await Promise.all([
    need<All<PolicyVersion>>(event, "/policies"),
    need<All<CalendarVersion>>(event, "/calendars"),
  ]);
  return { policies: policies.items, calendars: calendars.items };
};

/** Begins a policy or a calendar under the name that was typed: its page shows a proposal. */
export const actions: Actions = {
  default: async ({ request }) => {
    const form = await request.formData();
    const name = String(form.get("name") ?? "").trim();
    const kind = form.get("kind") === "calendar" ? "calendars" : "policies";
    redirect(303, name === "" ? "/promises" : `/promises/${kind}/${encodeURIComponent(name.slice(0, 100))}`);
  },
};
