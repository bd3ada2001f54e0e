import type { DeskId, Tx } from "@permanence/database";
import type { Asked, SearchText } from "@permanence/search";
import { sql } from "kysely";
import { PRIORITIES } from "./ticket-tables.ts";

/** What can stand before a colon in a search for tickets, and what may follow it. */
export const FILTERS = {
  is: "open, closed, breached, unassigned, new, waiting, on-hold",
  priority: PRIORITIES.join(", "),
  state: "new, open, waiting, on-hold, closed",
  org: "a name, or the beginning of one",
  from: "an address, or a customer's name",
  assignee: "me, nobody, or an agent's name or address",
  team: "a team's name",
  tag: "a tag's name",
  lang: "fr, nl, en",
  has: "attachment",
  before: "a day, as 2026-11-30",
  after: "a day, as 2026-11-30",
} as const;
export type FilterName = keyof typeof FILTERS;
export const FILTER_NAMES: ReadonlySet<string> = new Set(Object.keys(FILTERS));

export type ReadFilters = Pick<Asked, "filters" | "from" | "until"> & {
  /** Those that nothing is known for. */
  unread: { name: FilterName; value: string }[];
};

const STATES = ["new", "open", "waiting", "on-hold", "closed"];
const IS: Record<string, string> = {
  ...{ open: "is:open", closed: "is:closed", breached: "is:breached", unassigned: "assignee:nobody" },
  ...{ new: "state:new", waiting: "state:waiting", "on-hold": "state:on-hold" },
};
const MOST_OF_A_NAME = 200;

/** Reads the filters of a search as what entries are filtered by (ticket-search-source.ts). */
export async function readFilters(
  tx: Tx,
  deskId: DeskId,
  filters: SearchText["filters"],
  agentId: string,
): Promise<ReadFilters> {
  const read: ReadFilters = { filters: [], unread: [] };
  for (const { name, value, isNot } of filters as (SearchText["filters"][number] & { name: FilterName })[]) {
    if (name === "before" || name === "after") {
      const day = dayOf(value);
      if (day === null || isNot) read.unread.push({ name, value });
      else if (name === "after") read.from = Math.max(read.from ?? 0, day + 1);
      else read.until = Math.min(read.until ?? Number.MAX_SAFE_INTEGER, day - 1);
      continue;
    }
    const anyOf = await keysOf(tx, deskId, { name, value: value.toLowerCase(), agentId });
    if (anyOf === null) read.unread.push({ name, value });
    else read.filters.push({ anyOf, isNot });
  }
  return read;
}

type Filter = { name: Exclude<FilterName, "before" | "after">; value: string; agentId: string };

/** Null where the value is none that there is; empty where nobody has that name. */
async function keysOf(tx: Tx, deskId: DeskId, { name, value, agentId }: Filter): Promise<string[] | null> {
  const oneOf = (known: readonly string[]) => (known.includes(value) ? [`${name}:${value}`] : null);
  switch (name) {
    case "is":
      return Object.hasOwn(IS, value) ? [IS[value]!] : null;
    case "priority":
      return oneOf(PRIORITIES);
    case "state":
      return oneOf(STATES);
    case "lang":
      return oneOf(["fr", "nl", "en"]);
    case "has":
      return oneOf(["attachment"]);
    case "org":
      return (
        await findIds(
          tx,
          sql`select organisation_id as id from organisation
        where desk_id = ${deskId} and ${begins("name", value)}`,
        )
      ).map((id) => `org:${id}`);
    case "from":
      return (
        await findIds(
          tx,
          sql`select c.contact_id as id from contact c where c.desk_id = ${deskId} and (${begins("c.name", value)}
        or c.contact_id in (select contact_id from contact_address where desk_id = ${deskId} and address = ${value}))`,
        )
      ).map((id) => `contact:${id}`);
    case "team":
      return (
        await findIds(
          tx,
          sql`select team_id as id from team
        where desk_id = ${deskId} and ${begins("name", value)}`,
        )
      ).map((id) => `team:${id}`);
    case "tag": // And those that were merged into it, whose ids tickets keep.
      return (
        await findIds(
          tx,
          sql`select t.tag_id as id from tag t left join tag m on m.desk_id = t.desk_id and m.tag_id = t.merged_into
        where t.desk_id = ${deskId} and lower(coalesce(m.name, t.name)) = ${value}`,
        )
      ).map((id) => `tag:${id}`);
    case "assignee": {
      if (value === "me") return [`assignee:${agentId}`];
      if (value === "nobody") return ["assignee:nobody"];
      return (
        await findIds(
          tx,
          sql`select agent_id as id from agent
        where desk_id = ${deskId} and (${begins("name", value)} or email = ${value})`,
        )
      ).map((id) => `assignee:${id}`);
    }
  }
}

async function findIds(tx: Tx, query: ReturnType<typeof sql>): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`${query} limit ${MOST_OF_A_NAME}`.execute(tx);
  return rows.map(({ id }) => id);
}

/** A word of the name begins so, whatever the accents. */
function begins(column: string, value: string) {
  const pattern = value.replace(/[\\%_]/g, "\\$&");
  const name = sql`lower(unaccent(${sql.ref(column)}))`;
  return sql`(${name} like lower(unaccent(${`${pattern}%`})) or ${name} like lower(unaccent(${`% ${pattern}%`})))`;
}

/** Days since 1970-01-01; null for what is no day. */
function dayOf(value: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return null;
  try {
    return Temporal.PlainDate.from(value, { overflow: "reject" }).since("1970-01-01").days;
  } catch {
    return null;
  }
}
