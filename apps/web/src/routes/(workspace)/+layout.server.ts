import type { KeyChoices, Named, NewsList, Team, TicketView, VersionedTag } from "#lib/api/agent-day-types.ts";
import { type Answer, call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { Counts, Me, Page } from "#lib/api/types.ts";
import type { LayoutServerLoad } from "./$types";

const USUAL_KEYS: KeyChoices = { enabled: true, keys: {} };

export const load: LayoutServerLoad = async (event) => {
  event.depends("app:desk", "app:suggestions");
  const [me, counts, views, news, keys, agents, teams, tags, waiting] = await Promise.all([
    need<Me>(event, "/me"),
    call<Counts>(event.fetch, "/tickets/counts"),
    call<{ items: TicketView[] }>(event.fetch, "/ticket-views"),
    call<NewsList>(event.fetch, "/me/news?limit=1"),
    call<KeyChoices>(event.fetch, "/me/keys"),
    call<Page<Named>>(event.fetch, "/agents?limit=200"),
    call<{ items: Team[] }>(event.fetch, "/teams"),
    call<{ items: VersionedTag[] }>(event.fetch, "/tags"),
    call<{ count: number }>(event.fetch, "/suggestions/waiting"),
  ]);
  return {
    me,
    counts: counts.ok ? counts.value : null, // Without them, there is still work to do.
    views: views.ok ? views.value.items : [],
    suggestionsWaiting: waiting.ok ? waiting.value.count : 0,
    unseen: news.ok ? news.value.unseen : 0,
    keys: keys.ok ? keys.value : USUAL_KEYS,
    house: { agents: named(agents), teams: named(teams), tags: tags.ok ? tags.value.items : [] },
  };
};

/** Their names are all that pages need. */
function named(answer: Answer<{ items: Named[] }>): Named[] {
  return answer.ok ? answer.value.items.map(({ id, name }) => ({ id, name })) : [];
}
