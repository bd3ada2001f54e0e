import { createContext } from "svelte";
import { call, query } from "#lib/api/call.ts";
import type { Page, Ticket } from "#lib/api/types.ts";
import { isArrival } from "#lib/workspace/arrival.ts";
import type { TicketFilter } from "#lib/workspace/ticket-filter.ts";

/** Changes to more unknown tickets than this at once are looked up as "the newest", not one by one. */
const LOOK_UP_AT_MOST = 8;
/** Changes that come this close together are looked up together. */
const GATHER_MS = 120;

/** The list beside the ticket. Rows change where they stand; what is new waits behind a button, so that nothing jumps. */
export class TicketList {
  items: Ticket[] = $state.raw([]);
  next: string | null = $state(null);
  arrivals: ReadonlySet<string> = $state.raw(new Set());
  loadingMore: boolean = $state(false);
  readonly filter: TicketFilter;

  #readAtMs: number;
  #changed = new Set<string>();
  #gathering: ReturnType<typeof setTimeout> | undefined;

  constructor(page: Page<Ticket>, filter: TicketFilter, readAtMs: number) {
    this.items = page.items;
    this.next = page.next;
    this.filter = filter;
    this.#readAtMs = readAtMs;
  }

  async more(): Promise<void> {
    if (this.next === null || this.loadingMore) return;
    this.loadingMore = true;
    const answer = await call<Page<Ticket>>(fetch, `/tickets${query({ ...this.filter, cursor: this.next })}`);
    this.loadingMore = false;
    if (!answer.ok) return;

    const known = new Set(this.items.map(({ id }) => id));
    this.items = [...this.items, ...answer.value.items.filter(({ id }) => !known.has(id))];
    this.next = answer.value.next;
  }

  /** A ticket changed somewhere: its row is brought up to date, or it is counted as new. */
  changed(ticketId: string): void {
    this.#changed.add(ticketId);
    this.#gather();
  }

  neighbours(ticketId: string): { previous: Ticket | null; next: Ticket | null } {
    const at = this.items.findIndex(({ id }) => id === ticketId);
    if (at === -1) return { previous: null, next: this.items[0] ?? null };
    return { previous: this.items[at - 1] ?? null, next: this.items[at + 1] ?? null };
  }

  /** After a gap in the connection: every row is read again, and what came meanwhile is counted as new. */
  async refresh(): Promise<void> {
    const limit = Math.min(200, Math.max(50, this.items.length));
    const answer = await call<Page<Ticket>>(fetch, `/tickets${query({ ...this.filter, limit })}`);
    if (!answer.ok) return;

    this.#put(answer.value.items);
    const found = new Set(answer.value.items.map(({ id }) => id));
    for (const { id } of this.items.slice(0, limit)) if (!found.has(id)) this.changed(id);
  }

  /** What came while the page was on its way: a few of the newest tickets tell. */
  async catchUp(): Promise<void> {
    this.#put(await this.#findNewest(10));
  }

  /** One look-up at a time: what changes meanwhile waits for the next. */
  #gather(): void {
    if (this.#changed.size === 0 || this.#gathering !== undefined) return;
    this.#gathering = setTimeout(() => void this.#lookUp(), GATHER_MS);
  }

  async #lookUp(): Promise<void> {
    const ids = [...this.#changed];
    this.#changed.clear();
    const shown = new Set(this.items.map(({ id }) => id));
    const known = ids.filter((id) => shown.has(id));
    const unknown = ids.filter((id) => !shown.has(id));

    const isMany = unknown.length > LOOK_UP_AT_MOST || (unknown.length > 0 && this.filter.view !== undefined);
    const found = await Promise.all([...known, ...(isMany ? [] : unknown)].map(findTicket));
    const newest = isMany ? await this.#findNewest(50) : []; // Only the server knows what a view shows.
    this.#put([...found.filter((ticket) => ticket !== null), ...newest]);
    this.#gathering = undefined;
    this.#gather();
  }

  async #findNewest(limit: number): Promise<Ticket[]> {
    const answer = await call<Page<Ticket>>(fetch, `/tickets${query({ ...this.filter, order: "newest", limit })}`);
    return answer.ok ? answer.value.items : [];
  }

  #put(tickets: Ticket[]): void {
    const byId = new Map(tickets.map((ticket) => [ticket.id, ticket]));
    this.items = this.items.map((item) => byId.get(item.id) ?? item);

    const shown = new Set(this.items.map(({ id }) => id));
    const last = this.next === null ? null : (this.items.at(-1) ?? null);
    const arrivals = new Set(this.arrivals);
    for (const ticket of tickets.filter(({ id }) => !shown.has(id))) {
      if (isArrival(ticket, { filter: this.filter, last, readAtMs: this.#readAtMs })) arrivals.add(ticket.id);
      else arrivals.delete(ticket.id);
    }
    if (arrivals.size !== this.arrivals.size) this.arrivals = arrivals;
  }
}

async function findTicket(id: string): Promise<Ticket | null> {
  const answer = await call<Ticket>(fetch, `/tickets/${id}`);
  return answer.ok ? answer.value : null;
}

/** The list that is beside the ticket; a function, since another view is another list. */
export const [useTicketList, provideTicketList] = createContext<() => TicketList>();
