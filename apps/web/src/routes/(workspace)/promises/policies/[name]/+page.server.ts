import { call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { AgentSummary, CalendarVersion, Me, PolicyVersion } from "#lib/api/types.ts";
import { readPolicy } from "#lib/promises/policy-form.ts";
import { previewOrSave } from "#lib/promises/saving.ts";
import type { Actions, PageServerLoad } from "./$types";

type All<T> = { items: T[] };

/** A policy that does not exist yet is begun by its name, from what the desk promises to all. */
export const load: PageServerLoad = async (event) => {
  const { name } = event.params;
  const [versions, policies, calendars, agents] = await Promise.all([
    call<All<PolicyVersion>>(event.fetch, `/policies/${encodeURIComponent(name)}/versions`),
    need<All<PolicyVersion>>(event, "/policies"),
    need<All<CalendarVersion>>(event, "/calendars"),
    need<All<AgentSummary>>(event, "/agents?limit=200"),
  ]);
  return {
    name,
    document: (versions.ok ? versions.value.items : policies.items).at(-1)!.document,
    calendars: calendars.items.map((calendar) => calendar.name),
    agents: agents.items,
  };
};

export const actions: Actions = {
  default: async (event) => {
    const versions = `/policies/${encodeURIComponent(event.params.name)}/versions`;
    const [form, me] = await Promise.all([event.request.formData(), need<Me>(event, "/me")]);
    const document = readPolicy(form);
    return previewOrSave(event, { form, timeZone: me.desk.timeZone, versions, document, preview: { document } });
  },
};
