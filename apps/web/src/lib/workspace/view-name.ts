import type { TicketView } from "#lib/api/agent-day-types.ts";
import type { Messages } from "#lib/messages/fr.ts";

/** What a view is called: what it was named, or what every desk calls it. */
export function viewName(view: TicketView | undefined, m: Messages): string {
  if (view === undefined) return m.agentDay.views.title;
  return view.name ?? m.agentDay.views.builtIn[view.id as keyof Messages["agentDay"]["views"]["builtIn"]] ?? view.id;
}
