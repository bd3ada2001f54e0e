import { need } from "#lib/api/page-data.ts";
import type { SendingIdentity } from "#lib/api/types.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = (event) =>
  need<{ relay: string | null; items: SendingIdentity[] }>(event, "/sending-identities");
