import { query } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { Page, Ticket } from "#lib/api/types.ts";
import { readTicketFilter } from "#lib/workspace/ticket-filter.ts";
import type { LayoutServerLoad } from "./$types";

export const load: LayoutServerLoad = async (event) => {
  event.depends("app:tickets");
  const filter = readTicketFilter(event.url.searchParams);
  const cursor = event.url.searchParams.get("cursor");
  const tickets = await need<Page<Ticket>>(event, `/tickets${query({ ...filter, cursor })}`);
  return { filter, cursor, tickets: { ...tickets, items: tickets.items.map(withoutPreview) } };
};

/** No row shows it, and fifty of them weigh as much as the rest of the list. */
function withoutPreview(ticket: Ticket & { preview?: string }): Ticket {
  const { preview: _, ...rest } = ticket;
  return rest;
}
