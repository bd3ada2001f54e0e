import { need } from "#lib/api/page-data.ts";
import type { InboundMail, WayStep } from "#lib/api/types.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  const path = `/inbound-mails/${encodeURIComponent(event.params.id)}`;
  const [mail, way] = await Promise.all([
    need<InboundMail>(event, path),
    need<{ items: WayStep[] }>(event, `${path}/way`),
  ]);
  return { mail, way: way.items };
};
