import { createRoute, z } from "@hono/zod-openapi";
import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { apiRouter, json, problems } from "@permanence/people";
import { type EntryKind, findEntries, readSearchText } from "@permanence/search";
import { sql } from "kysely";
import { FILTERS, type FilterName } from "./search-filters.ts";
import { searchTickets, type Shown, showFound } from "./ticket-search.ts";
import { listTicketsOf } from "./ticket-store.ts";
import { ticketView, TicketView } from "./ticket-view.ts";

const NAMES = Object.keys(FILTERS) as [FilterName, ...FilterName[]];
const Marked = z.object({
  text: z.string(),
  marks: z
    .array(z.tuple([z.int(), z.int()]))
    .openapi({ description: "What was found: from and until, in UTF-16 units" }),
});
const Named = z.object({ id: z.string(), name: z.string() });
const Answer = z
  .object({
    tickets: z.array(
      z.object({
        ticket: TicketView,
        subject: Marked.nullable(),
        said: Marked.extend({ messageId: z.string() }).nullable(),
      }),
    ),
    contacts: z.array(Named.extend({ address: z.string(), organisation: z.string().nullable() })),
    organisations: z.array(Named),
    corrected: z.array(z.object({ typed: z.string(), read: z.array(z.string()) })),
    unread: z
      .array(z.object({ name: z.enum(NAMES), value: z.string(), possible: z.string() }))
      .openapi({ description: "Filters that were left out, since nothing is known for what follows the colon" }),
  })
  .openapi("SearchAnswer");

const route = createRoute({
  ...{ method: "get", path: "/search", tags: ["Search"] },
  summary: "Tickets, contacts and organisations by their words, the best first",
  description:
    `Words by their stems, without accents, by their beginning, and with one error of typing; "words in this order"; -word; ` +
    `and filters: ${Object.entries(FILTERS)
      .map(([name, possible]) => `${name}: (${possible})`)
      .join("; ")}. What changed is found within a second or two.`,
  request: {
    query: z.object({
      q: z.string().trim().min(1).max(500),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
  },
  responses: { 200: json(Answer, "What was found."), ...problems(400) },
});

const MOST_PEOPLE = 5;

export function searchRoutes() {
  const routes = apiRouter();
  routes.openapi(route, async (c) => {
    const { deskId, agent } = c.get("session");
    const { q, limit } = c.req.valid("query");
    const now = c.get("world").clock.now();
    const answer = await c.get("db").transaction(deskId, async (tx) => {
      const { ids, unread, corrected, query } = await searchTickets(tx, deskId, q, { agentId: agent.id, now, limit });
      const shown = new Map((await showFound(tx, deskId, ids, query)).map((each) => [each.ticketId, each]));
      const rows = new Map((await listTicketsOf(tx, deskId, ids)).map((row) => [row.ticket_id, row]));
      const tickets = ids.flatMap((id) =>
        rows.has(id) ? [{ ticket: ticketView(rows.get(id)!), ...places(shown.get(id)) }] : [],
      );
      const told = unread.map(({ name, value }) => ({ name, value, possible: FILTERS[name] }));
      return { tickets, corrected, unread: told, ...(await findPeople(tx, deskId, q, now)) };
    });
    return c.json(answer, 200);
  });
  return routes;
}

function places(shown: Shown | undefined): Pick<Shown, "subject" | "said"> | { subject: null; said: null } {
  return shown === undefined ? { subject: null, said: null } : { subject: shown.subject, said: shown.said };
}

/** Filters are of tickets: people are found by words alone. */
async function findPeople(tx: Tx, deskId: DeskId, typed: string, now: Instant) {
  const { words, phrases, without, filters } = readSearchText(typed, new Set(NAMES));
  if (words.length + phrases.length === 0 || filters.length > 0) return { contacts: [], organisations: [] };
  const find = async (kind: EntryKind) =>
    (await findEntries(tx, deskId, kind, { words, phrases, without, filters: [] }, { now, limit: MOST_PEOPLE })).ids;
  const [contactIds, organisationIds] = [await find("contact"), await find("organisation")];
  const contacts = await sql<{ id: string; name: string; address: string; organisation: string | null }>`
    select c.contact_id as id, c.name, o.name as organisation, coalesce((select min(address) from contact_address a
      where a.desk_id = c.desk_id and a.contact_id = c.contact_id), '') as address
    from contact c left join organisation o on o.desk_id = c.desk_id and o.organisation_id = c.organisation_id
    where c.desk_id = ${deskId} and c.contact_id = any(${contactIds}::uuid[])
    order by array_position(${contactIds}::uuid[], c.contact_id)`.execute(tx);
  const organisations = await sql<{ id: string; name: string }>`
    select organisation_id as id, name from organisation
    where desk_id = ${deskId} and organisation_id = any(${organisationIds}::uuid[])
    order by array_position(${organisationIds}::uuid[], organisation_id)`.execute(tx);
  return { contacts: contacts.rows, organisations: organisations.rows };
}
