import { z } from "@hono/zod-openapi";
import { type Instant, instant } from "@permanence/kernel";
import { type RawBuilder, sql } from "kysely";
import { PRIORITIES, type Priority, type TicketState } from "./ticket-tables.ts";

const OPEN_STATES = ["new", "open", "waiting", "on-hold"] as const;
const some = <T extends z.ZodType>(item: T) => z.array(item).max(50, "must be at most 50").default([]);

/** What a view shows. Each part narrows it; of a list, one is enough; an empty list narrows nothing. */
export const viewFilterSchema = z
  .strictObject({
    states: some(z.enum(OPEN_STATES)),
    closed: z.boolean().default(false).openapi({ description: "Those closed within the last seven days instead" }),
    priorities: some(z.enum(PRIORITIES)),
    teams: some(z.union([z.literal("mine"), z.uuid()])),
    assignee: z
      .union([z.enum(["me", "nobody", "somebody"]), z.uuid()])
      .nullable()
      .default(null),
    tags: some(z.uuid()),
    languages: some(z.string().min(2).max(20)),
    organisationId: z.uuid().nullable().default(null),
    snoozed: z.enum(["hidden", "only", "shown"]).default("hidden"),
    breached: z.boolean().default(false).openapi({ description: "Those only with a running clock past its end" }),
  })
  .openapi("ViewFilter");
export type ViewFilter = z.infer<typeof viewFilterSchema>;

const DAY_MS = 86_400_000;
const RECENTLY_MS = 7 * DAY_MS;

/** Whose view it is, and what the desk's words stand for: me, my teams, a tag with all that was merged into it. */
export type Viewer = { agentId: string; teamIds: string[]; tagFamilies: ReadonlyMap<string, string> };

/** A view without words that mean something else to each reader. Null narrows nothing. */
export type ResolvedFilter = {
  states: TicketState[] | null;
  closed: boolean;
  priorities: Priority[] | null;
  teamIds: string[] | null;
  /** "nobody", "somebody", or an agent's id. */
  assignee: string | null;
  tagIds: string[] | null;
  languages: string[] | null;
  organisationId: string | null;
  snoozed: ViewFilter["snoozed"];
  breached: boolean;
};

export function resolveFilter(filter: ViewFilter, { agentId, teamIds, tagFamilies }: Viewer): ResolvedFilter {
  const orNull = <T>(list: T[]) => (list.length === 0 ? null : list);
  const teams = filter.teams.flatMap((team) => (team === "mine" ? teamIds : [team]));
  const families = new Set(filter.tags.map((id) => tagFamilies.get(id) ?? id));
  const tagIds = [...tagFamilies].flatMap(([id, family]) => (families.has(family) ? [id] : []));
  const { states, closed, priorities, languages, organisationId, snoozed, breached } = filter;
  return {
    ...{ states: orNull(states), closed, priorities: orNull(priorities), languages: orNull(languages) },
    teamIds: filter.teams.length === 0 ? null : teams,
    assignee: filter.assignee === "me" ? agentId : filter.assignee,
    tagIds: filter.tags.length === 0 ? null : tagIds,
    ...{ organisationId, snoozed, breached },
  };
}

/** The view as a condition on `ticket t`. */
export function viewCondition(filter: ResolvedFilter, now: Instant): RawBuilder<boolean> {
  const parts: RawBuilder<unknown>[] = filter.closed
    ? [sql`t.state = 'closed' and t.closed_at >= ${recentSince(now)}`]
    : [sql`t.state <> 'closed'`]; // As the partial index `ticket_queue` has it.
  const { states, priorities, teamIds, assignee, tagIds, languages, organisationId } = filter;
  if (!filter.closed) {
    if (states) parts.push(sql`t.state = any(${states}::text[])`);
    if (filter.breached) parts.push(sql`t.is_late`);
    if (filter.snoozed === "hidden") parts.push(sql`(t.snoozed_until is null or t.snoozed_until <= ${now})`);
    if (filter.snoozed === "only") parts.push(sql`t.snoozed_until > ${now}`);
  }
  if (priorities) parts.push(sql`t.priority = any(${priorities}::text[])`);
  if (teamIds) parts.push(sql`t.team_id = any(${teamIds}::uuid[])`);
  if (assignee === "nobody") parts.push(sql`t.assignee_id is null`);
  else if (assignee === "somebody") parts.push(sql`t.assignee_id is not null`);
  else if (assignee !== null) parts.push(sql`t.assignee_id = ${assignee}::uuid`);
  if (tagIds) parts.push(sql`t.tag_ids && ${tagIds}::uuid[]`);
  if (languages) parts.push(sql`t.language = any(${languages}::text[])`);
  // A domain may be confirmed after the ticket came: then it is the contact's that is known.
  if (organisationId)
    parts.push(sql`(t.organisation_id = ${organisationId}::uuid or (t.organisation_id is null and t.contact_id in (
      select b.contact_id from contact b where b.desk_id = t.desk_id and b.organisation_id = ${organisationId}::uuid)))`);
  return sql<boolean>`(${sql.join(parts, sql` and `)})`;
}

function recentSince(now: Instant): Instant {
  return instant(now - RECENTLY_MS);
}

/** Open tickets that no filter tells apart, and how many they are. */
export type OpenGroup = {
  state: TicketState;
  priority: Priority;
  teamId: string | null;
  assigneeId: string | null;
  language: string;
  isLate: boolean;
  isSnoozed: boolean;
  tagIds: string[];
  organisationId: string | null;
  count: number;
};

/** Whether a view of open tickets shows those of a group: word for word what `viewCondition` asks. */
export function showsGroup(filter: ResolvedFilter, group: OpenGroup): boolean {
  const { states, priorities, teamIds, assignee, tagIds, languages, organisationId, snoozed } = filter;
  if (states && !states.includes(group.state)) return false;
  if (filter.breached && !group.isLate) return false;
  if (snoozed !== "shown" && group.isSnoozed !== (snoozed === "only")) return false;
  if (priorities && !priorities.includes(group.priority)) return false;
  if (teamIds && (group.teamId === null || !teamIds.includes(group.teamId))) return false;
  if (tagIds && !tagIds.some((id) => group.tagIds.includes(id))) return false;
  if (languages && !languages.includes(group.language)) return false;
  if (organisationId !== null && group.organisationId !== organisationId) return false;
  if (assignee === null) return true;
  if (assignee === "nobody") return group.assigneeId === null;
  return assignee === "somebody" ? group.assigneeId !== null : group.assigneeId === assignee;
}
