import { call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { Counts, Me } from "#lib/api/types.ts";
import type { LayoutServerLoad } from "./$types";

export const load: LayoutServerLoad = async (event) => {
  event.depends("app:desk", "app:suggestions");
  const [me, counts, waiting] = await Promise.all([
    need<Me>(event, "/me"),
    call<Counts>(event.fetch, "/tickets/counts"),
    call<{ count: number }>(event.fetch, "/suggestions/waiting"),
  ]);
  // Without them, there is still work to do.
  return { me, counts: counts.ok ? counts.value : null, suggestionsWaiting: waiting.ok ? waiting.value.count : 0 };
};
