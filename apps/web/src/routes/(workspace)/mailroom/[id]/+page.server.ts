import { need } from "#lib/api/page-data.ts";
import type { OutgoingMailWhole, WayStep } from "#lib/api/types.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  event.depends("app:outgoing-mails");
  const as = event.url.searchParams.get("as") === "text" ? ("text" as const) : ("html" as const);
  const path = `/outgoing-mails/${encodeURIComponent(event.params.id)}`;
  const [mail, way] = await Promise.all([
    need<OutgoingMailWhole>(event, path),
    need<{ items: WayStep[] }>(event, `${path}/way`),
  ]);
  return { as, mail, way: way.items };
};
