import { need } from "#lib/api/page-data.ts";
import type { CalendarVersion, Me, PolicyVersion } from "#lib/api/types.ts";
import { readPolicy } from "#lib/promises/policy-form.ts";
import { previewOrSave } from "#lib/promises/saving.ts";
import type { Actions, PageServerLoad } from "./$types";

type All<T> = { items: T[] };

export const load: PageServerLoad = async (event) => {
  const path = `/policies/${encodeURIComponent(event.params.name)}/versions`;
  const [versions, calendars] = await Promise.all([
    need<All<PolicyVersion>>(event, path),
    need<All<CalendarVersion>>(event, "/calendars"),
  ]);
  return { versions: versions.items, calendars: calendars.items.map(({ name }) => name) };
};

export const actions: Actions = {
  default: async (event) => {
    const versions = `/policies/${encodeURIComponent(event.params.name)}/versions`;
    const form = await event.request.formData();
    const [{ items }, me] = await Promise.all([need<All<PolicyVersion>>(event, versions), need<Me>(event, "/me")]);
    const document = readPolicy(form, items.at(-1)!.document);
    return previewOrSave(event, { form, timeZone: me.desk.timeZone, versions, document, preview: { document } });
  },
};
