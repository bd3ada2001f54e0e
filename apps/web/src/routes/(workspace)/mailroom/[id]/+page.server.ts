import { need } from "#lib/api/page-data.ts";
import type { OutgoingMailWhole } from "#lib/api/types.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  event.depends("app:outgoing-mails");
  const as = event.url.searchParams.get("as") === "text" ? ("text" as const) : ("html" as const);
  return { as, mail: await need<OutgoingMailWhole>(event, `/outgoing-mails/${encodeURIComponent(event.params.id)}`) };
};
