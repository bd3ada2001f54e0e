import { z } from "@hono/zod-openapi";
import type { DeskId, Tx } from "@permanence/database";
import { type Instant, toIso } from "@permanence/kernel";
import { IsoText } from "@permanence/people";
import { sql } from "kysely";
import type { IncidentState, Texts } from "./incident-store.ts";
import { PRIORITIES, type Priority, type TicketState } from "./ticket-tables.ts";

const KINDS = ["begun", "update", "resolved"] as const;

/** What is said, by language: one at least. */
export const TextsSchema = z
  .record(z.string().regex(/^[a-z]{2}$/, "must be a language in two letters"), z.string().trim().max(5_000))
  .transform((texts): Texts => Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== "")))
  .refine((texts) => Object.keys(texts).length > 0, "must not be empty");
const TextsView = z.record(z.string(), z.string());

export const IncidentView = z
  .object({
    id: z.string(),
    state: z.enum(["offered", "dismissed", "running", "resolved"]),
    title: TextsView,
    isPublic: z.boolean(),
    ...{ beganAt: IsoText, acceptedAt: IsoText.nullable(), resolvedAt: IsoText.nullable() },
    tickets: z.number().int(),
  })
  .openapi("Incident");
export const WholeIncident = z
  .object({
    ...IncidentView.shape,
    updates: z.array(z.object({ at: IsoText, kind: z.enum(KINDS), text: TextsView, by: z.string().nullable() })),
    joined: z.array(
      z.object({
        ...{ id: z.string(), number: z.number().int(), subject: z.string(), priority: z.enum(PRIORITIES) },
        ...{ state: z.enum(["new", "open", "waiting", "on-hold", "closed"]), customer: z.string() },
        joinedBy: z.string(),
      }),
    ),
    actions: z.object({ waiting: z.number().int(), done: z.number().int(), failed: z.number().int() }),
  })
  .openapi("WholeIncident");

type Row = {
  id: string;
  state: IncidentState;
  title: Texts;
  isPublic: boolean;
  beganAt: Instant;
  acceptedAt: Instant | null;
  resolvedAt: Instant | null;
  tickets: number;
};

const iso = (at: Instant | null) => (at === null ? null : toIso(at));

/** Offers and incidents, those that are open first; or one. Dismissed offers only by their id. */
export async function readIncidents(
  tx: Tx,
  deskId: DeskId,
  { id, ticketId }: { id?: string; ticketId?: string | undefined } = {},
) {
  const { rows } = await sql<Row>`
    select i.incident_id as id, i.state, i.title, i.is_public as "isPublic", i.began_at as "beganAt",
      i.accepted_at as "acceptedAt", i.resolved_at as "resolvedAt",
      (select count(*) from incident_ticket t
       where t.desk_id = i.desk_id and t.incident_id = i.incident_id and t.left_at is null)::int as tickets
    from incident i
    where i.desk_id = ${deskId} and ${ticketId === undefined ? sql`true` : sql`exists (${isOf(deskId, ticketId)})`}
      and ${id === undefined ? sql`i.state <> 'dismissed'` : sql`i.incident_id = ${id}`}
    order by i.state in ('offered', 'running') desc, i.began_at desc limit ${MOST_LISTED}`.execute(tx);
  return rows.map(incidentView);
}

const MOST_LISTED = 100;
const isOf = (deskId: DeskId, ticketId: string) => sql`
  select from incident_ticket o
  where o.desk_id = ${deskId} and o.incident_id = i.incident_id and o.ticket_id = ${ticketId} and o.left_at is null`;

function incidentView({ beganAt, acceptedAt, resolvedAt, title, ...row }: Row): z.infer<typeof IncidentView> {
  const words = title as Record<string, string>;
  return { ...row, title: words, beganAt: toIso(beganAt), acceptedAt: iso(acceptedAt), resolvedAt: iso(resolvedAt) };
}

type Joined = {
  id: string;
  number: number;
  subject: string;
  priority: Priority;
  state: TicketState;
  customer: string;
  joinedBy: string;
};
type Update = { at: Instant; kind: (typeof KINDS)[number]; text: Texts; by: string | null };
type Actions = { waiting: number; done: number; failed: number };

export async function readWholeIncident(
  tx: Tx,
  deskId: DeskId,
  id: string,
): Promise<z.infer<typeof WholeIncident> | null> {
  const [incident] = await readIncidents(tx, deskId, { id });
  if (incident === undefined) return null;
  const joined = await sql<Joined>`
    select t.ticket_id as id, t.number, t.subject, t.priority, t.state, c.name as customer, i.joined_by as "joinedBy"
    from incident_ticket i join ticket t on t.desk_id = i.desk_id and t.ticket_id = i.ticket_id
    join contact c on c.desk_id = t.desk_id and c.contact_id = t.contact_id
    where i.desk_id = ${deskId} and i.incident_id = ${id} and i.left_at is null
    order by i.joined_at, t.number limit 500`.execute(tx);
  const actions = await sql<Actions>`
    select count(*) filter (where done_at is null)::int as waiting, count(*) filter (where outcome = 'done')::int as done,
      count(*) filter (where outcome <> 'done')::int as failed
    from incident_action where desk_id = ${deskId} and incident_id = ${id}`.execute(tx);
  const updates = (await readUpdates(tx, deskId, id)).map(({ at, text, ...update }) => ({
    ...{ ...update, at: toIso(at), text: text as Record<string, string> },
  }));
  return { ...incident, updates, joined: joined.rows, actions: actions.rows[0]! };
}

/** The newest first. */
export async function readUpdates(tx: Tx, deskId: DeskId, incidentId: string): Promise<Update[]> {
  const { rows } = await sql<Update>`
    select u.at, u.kind, u.text, a.name as by from incident_update u
    left join agent a on a.desk_id = u.desk_id and a.agent_id = u.made_by
    where u.desk_id = ${deskId} and u.incident_id = ${incidentId}
    order by u.at desc, u.update_id desc`.execute(tx);
  return rows;
}
