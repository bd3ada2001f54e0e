import { call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { Alert, Page } from "#lib/api/types.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  event.depends("app:alerts");
  return { alerts: await need<Page<Alert>>(event, `/alerts?language=${event.locals.language}`) };
};

export const actions: Actions = {
  seen: async ({ request, fetch }) => {
    const id = String((await request.formData()).get("id") ?? "");
    await call(fetch, `/alerts/${encodeURIComponent(id)}/seen`, { method: "PUT" }); // Seen twice is seen.
  },
};
