import type { Ticket } from "#lib/api/types.ts";
import type { TicketFilter } from "#lib/workspace/ticket-filter.ts";

/** `last`: the last row shown, null when the list is shown to its end. `readAtMs`: when the list was read. */
type Shown = { filter: TicketFilter; last: Ticket | null; readAtMs: number };

/** Whether a ticket that the list does not show would be news in it: it fits the filter, and it came after the list was
 *  read or belongs above its last row. Otherwise it stands on a later page, where it stood before. A search announces
 *  nothing: only the server knows what its words find. Of a view only the server knows too what it shows: there the ticket
 *  must have come from it. */
export function isArrival(ticket: Ticket, { filter, last, readAtMs }: Shown): boolean {
  if (filter.q !== "" || (filter.view === undefined && !fits(ticket, filter))) return false;
  if (last === null || Date.parse(ticket.receivedAt) > readAtMs) return true;
  return filter.order === "due" && isBefore(placeOf(ticket), placeOf(last));
}

const RANK = { urgent: 0, high: 1, normal: 2, low: 3 };

/** What the queue is sorted by: when it is due, how urgent it is, when it came. */
const placeOf = (ticket: Ticket) => [dueMs(ticket), RANK[ticket.priority], Date.parse(ticket.receivedAt)];

function isBefore(place: number[], other: number[]): boolean {
  const at = place.findIndex((part, index) => part !== other[index]);
  return at !== -1 && place[at]! < other[at]!;
}

function fits(ticket: Ticket, { state }: TicketFilter): boolean {
  if (state === "all") return true;
  if (state === "to-classify") return ticket.toBeClassified && ticket.state !== "closed";
  return state === "open-ones" ? ticket.state !== "closed" : ticket.state === state;
}

/** When the clock that runs is due, which is the order of the queue; last where none runs. */
function dueMs({ clocks }: Ticket): number {
  const running = clocks.filter(({ stoppedAt, pausedAt, outcome }) => !stoppedAt && !pausedAt && outcome !== "void");
  return Math.min(...running.map(({ dueAt }) => Date.parse(dueAt)), Number.POSITIVE_INFINITY);
}
