import { need } from "#lib/api/page-data.ts";
import type { CalendarVersion, PolicyVersion } from "#lib/api/types.ts";
import type { PageServerLoad } from "./$types";

type All<T> = { items: T[] };

export const load: PageServerLoad = async (event) => {
  const [policies, calendars] = await Promise.all([
    need<All<PolicyVersion>>(event, "/policies"),
    need<All<CalendarVersion>>(event, "/calendars"),
  ]);
  return { policies: policies.items, calendars: calendars.items };
};
