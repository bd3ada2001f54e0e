import { query } from "#lib/api/call.ts";
import type { TicketState } from "#lib/api/types.ts";

/** Which tickets, and in which order: a state, or all that are not closed; and words to search for. */
export type TicketFilter = {
  state: TicketState | "all" | "open-ones" | "to-classify";
  order: "due" | "newest";
  q: string;
  /** A view's id: what it shows, whatever the state says. */
  view?: string;
};

/** The part of a ticket's address that says which list stands beside it. */
export function listSearch(parameters: Pick<URLSearchParams, "get">): string {
  return query({
    view: parameters.get("view"),
    state: parameters.get("state"),
    q: parameters.get("q"),
    cursor: parameters.get("cursor"),
  });
}

const CLOSED_VIEW = "closed-recently";
const STATES = ["new", "open", "waiting", "on-hold", "closed", "all", "to-classify"] as const;

/** The filter that an address asks for: `?state=` and `?q=`. What is closed comes newest first: nothing of it is due. */
export function readTicketFilter(parameters: Pick<URLSearchParams, "get">): TicketFilter {
  const q = parameters.get("q")?.trim() ?? "";
  const view = parameters.get("view");
  if (view) return { view, state: "open-ones", order: view === CLOSED_VIEW ? "newest" : "due", q };
  const asked = parameters.get("state");
  const state = STATES.find((known) => known === asked) ?? "open-ones";
  const order = state === "closed" || state === "all" ? "newest" : "due";
  return { state, order, q };
}
