import { call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { Counts, Me } from "#lib/api/types.ts";
import type { LayoutServerLoad } from "./$types";

export const load: LayoutServerLoad = async (event) => {
  event.depends("app:desk");
  const [me, counts] = await Promise.all([need<Me>(event, "/me"), call<Counts>(event.fetch, "/tickets/counts")]);
  return { me, counts: counts.ok ? counts.value : null }; // Without them, there is still work to do.
};
