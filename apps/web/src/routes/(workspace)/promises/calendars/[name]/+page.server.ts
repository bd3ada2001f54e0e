import { call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { CalendarVersion, HolidayPlace, Me, PolicyVersion, PublicHoliday } from "#lib/api/types.ts";
import { readCalendar } from "#lib/promises/calendar-form.ts";
import { previewOrSave } from "#lib/promises/saving.ts";
import type { Actions, PageServerLoad } from "./$types";

type All<T> = { items: T[] };

/** A calendar that does not exist yet is begun by its name. */
export const load: PageServerLoad = async (event) => {
  const { language } = event.locals;
  const country = event.url.searchParams.get("country") ?? "";
  const region = event.url.searchParams.get("region") ?? "";
  const path = `/calendars/${encodeURIComponent(event.params.name)}/versions`;
  const [versions, countries, offered] = await Promise.all([
    call<All<CalendarVersion>>(event.fetch, path),
    need<All<HolidayPlace>>(event, `/public-holidays?language=${language}`),
    country === ""
      ? null
      : call<All<PublicHoliday> & { regions: HolidayPlace[] }>(
          event.fetch,
          `/public-holidays/${encodeURIComponent(country)}?language=${language}${region && `&region=${encodeURIComponent(region)}`}`,
        ),
  ]);
  return {
    ...{ name: event.params.name, country, region, countries: countries.items },
    versions: versions.ok ? versions.value.items : [],
    offered: offered?.ok ? offered.value : null,
  };
};

export const actions: Actions = {
  default: async (event) => {
    const { name } = event.params;
    const form = await event.request.formData();
    const [{ items: policies }, me] = await Promise.all([
      need<All<PolicyVersion>>(event, "/policies"),
      need<Me>(event, "/me"),
    ]);
    const document = readCalendar(form);
    return previewOrSave(event, {
      ...{ form, timeZone: document.timeZone || me.desk.timeZone, document },
      versions: `/calendars/${encodeURIComponent(name)}/versions`,
      preview: { document: countedBy(name, policies[0]!.document), calendars: { [name]: document } },
    });
  },
};

/** The desk's own promises, all of them counted by the calendar that is drawn: what it would do to each. */
function countedBy(calendar: string, { response, ...rest }: PolicyVersion["document"]) {
  const by = Object.fromEntries(
    Object.entries(response).map(([priority, target]) => [priority, { ...target, calendar }]),
  );
  return { ...rest, response: by, targets: {}, escalation: [] };
}
