import type { KeyChoices, NewsList, TicketView } from "#lib/api/agent-day-types.ts";
import { call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { Counts, Me } from "#lib/api/types.ts";
import type { LayoutServerLoad } from "./$types";

const USUAL_KEYS: KeyChoices = { enabled: true, keys: {} };

export const load: LayoutServerLoad = async (event) => {
  event.depends("app:desk");
  const [me, counts, views, news, keys] = await Promise.all([
    need<Me>(event, "/me"),
    call<Counts>(event.fetch, "/tickets/counts"),
    call<{ items: TicketView[] }>(event.fetch, "/ticket-views"),
    call<NewsList>(event.fetch, "/me/news?limit=1"),
    call<KeyChoices>(event.fetch, "/me/keys"),
  ]);
  return {
    me,
    counts: counts.ok ? counts.value : null, // Without them, there is still work to do.
    views: views.ok ? views.value.items : [],
    unseen: news.ok ? news.value.unseen : 0,
    keys: keys.ok ? keys.value : USUAL_KEYS,
  };
};
