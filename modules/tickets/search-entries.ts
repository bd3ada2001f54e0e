import { contactEntries, organisationEntries } from "@permanence/people";
import type { EntryKind, EntryMaker } from "@permanence/search";
import { sql } from "kysely";
import { ticketEntries } from "./ticket-search-source.ts";

/** How everything that agents can search is found. A customer's tickets say who they are of. */
export const ENTRY_MAKERS: Record<EntryKind, EntryMaker> = {
  ticket: { source: ticketEntries },
  contact: {
    source: contactEntries,
    dependents: {
      kind: "ticket",
      query: (deskId, ids) =>
        sql`select ticket_id from ticket where desk_id = ${deskId} and contact_id = any(${ids}::uuid[])`,
    },
  },
  organisation: { source: organisationEntries },
};
