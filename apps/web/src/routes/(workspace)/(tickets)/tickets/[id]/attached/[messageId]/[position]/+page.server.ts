import { query } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { AttachedMessage } from "#lib/api/types.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  const { id, messageId, position } = event.params;
  const inside = event.url.searchParams.get("in") ?? "";
  const [ticket, message, place] = [id, messageId, position].map(encodeURIComponent);
  const path = `/tickets/${ticket}/messages/${message}/attachments/${place}/message`;
  return { id, inside, path, message: await need<AttachedMessage>(event, `${path}${query({ in: inside })}`) };
};
