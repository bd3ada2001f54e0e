import { z } from "@hono/zod-openapi";
import type { DeskId, Tx } from "@permanence/database";
import { type Instant, toIso } from "@permanence/kernel";
import { IsoText } from "@permanence/people";
import { PRIORITIES } from "@permanence/sla";
import { sql } from "kysely";
import type { CallOut, PageKind } from "./call-out-case.ts";
import type { DeliveryState } from "./page-delivery.ts";
import { Person } from "./duty-views.ts";

const STATES = ["waiting", "asking", "paging", "acknowledged", "in-hands", "ended"] as const;
const KINDS = ["urgent", "high", "come-back", "handover", "handed-over", "call-customer", "canary"] as const;

const CalledTicket = z
  .object({
    ...{ id: z.string(), number: z.number().int(), subject: z.string(), priority: z.enum(PRIORITIES) },
    ...{ customer: z.string(), organisation: z.string().nullable(), receivedAt: IsoText, state: z.string() },
    noticeProven: z.boolean().openapi({ description: "Whether the customer is known to have the notice" }),
    callAsked: z.boolean().openapi({ description: "Somebody was asked to call the customer" }),
  })
  .openapi("CalledTicket");
export const PageView = z
  .object({
    ...{ step: z.number().int(), kind: z.enum(KINDS), level: z.number().int(), agent: Person, at: IsoText },
    acknowledgedAt: IsoText.nullable(),
    deliveries: z.array(
      z.object({
        channel: z.enum(["push", "email", "webhook"]),
        state: z.enum(["queued", "begun", "sent", "failed"]),
        failure: z.string().nullable(),
      }),
    ),
  })
  .openapi("Page");
export const CallOutView = z
  .object({
    ...{ id: z.string(), priority: z.enum(PRIORITIES), isCanary: z.boolean(), state: z.enum(STATES) },
    ...{ openedAt: IsoText, nextAt: IsoText.nullable(), holder: Person.nullable() },
    tickets: z.array(CalledTicket),
  })
  .openapi("CallOut");
export const WholeCallOut = CallOutView.extend({ pages: z.array(PageView) }).openapi("WholeCallOut");

type Row = {
  id: string;
  priority: (typeof PRIORITIES)[number];
  isCanary: boolean;
  state: CallOut["state"];
  openedAt: Instant;
  nextAt: Instant | null;
  holder: z.infer<typeof Person> | null;
  tickets: (Omit<z.infer<typeof CalledTicket>, "receivedAt"> & { receivedAt: Instant })[];
};

/** Call-outs, those that run first and then the newest; or one. */
export async function readCallOuts(
  tx: Tx,
  deskId: DeskId,
  { id, ticketId, running, limit }: { id?: string; ticketId?: string | undefined; running?: boolean; limit: number },
): Promise<z.infer<typeof CallOutView>[]> {
  const { rows } = await sql<Row>`
    select c.call_out_id as id, c.priority, c.is_canary as "isCanary", c.state, c.opened_at as "openedAt",
      c.next_at as "nextAt",
      case when a.agent_id is null then null else json_build_object('id', a.agent_id, 'name', a.name, 'email', a.email) end as holder,
      coalesce(t.tickets, '[]') as tickets
    from call_out c
    left join agent a on a.desk_id = c.desk_id and a.agent_id = c.holder_id
    left join lateral (${ticketsOf(deskId)}) t on true
    where c.desk_id = ${deskId}
      and ${id === undefined ? sql`true` : sql`c.call_out_id = ${id}`}
      and ${ticketId === undefined ? sql`true` : sql`exists (${hasTicket(deskId, ticketId)})`}
      and ${running ? sql`c.next_at is not null` : sql`true`}
    order by c.next_at is null, c.opened_at desc, c.call_out_id limit ${limit}`.execute(tx);
  return rows.map(callOutView);
}

const hasTicket = (deskId: DeskId, ticketId: string) => sql`
  select from call_out_ticket o
  where o.desk_id = ${deskId} and o.ticket_id = ${ticketId} and o.call_out_id = c.call_out_id`;

/** Of very many, the first fifty. */
const ticketsOf = (deskId: DeskId) => sql`
  select json_agg(json_build_object('id', x.ticket_id, 'number', x.number, 'subject', x.subject, 'priority', x.priority,
    'customer', x.customer, 'organisation', x.organisation, 'receivedAt', x.received_at, 'state', x.state,
    'noticeProven', x.proven, 'callAsked', x.call_asked_at is not null) order by x.joined_at, x.ticket_id) as tickets
  from (
    select o.joined_at, o.call_asked_at, k.ticket_id, k.number, k.subject, k.priority, k.received_at, k.state,
      p.name as customer, g.name as organisation, coalesce(r.stopped_at is not null or r.outcome = 'void', true) as proven
    from call_out_ticket o
    join ticket k on k.desk_id = o.desk_id and k.ticket_id = o.ticket_id
    join contact p on p.desk_id = k.desk_id and p.contact_id = k.contact_id
    left join organisation g on g.desk_id = k.desk_id and g.organisation_id = k.organisation_id
    left join clock r on r.desk_id = k.desk_id and r.ticket_id = k.ticket_id and r.target = 'response'
    where o.desk_id = ${deskId} and o.call_out_id = c.call_out_id
    order by o.joined_at, o.ticket_id limit 50) x`;

function callOutView({ openedAt, nextAt, tickets, ...row }: Row): z.infer<typeof CallOutView> {
  return {
    ...{ ...row, openedAt: toIso(openedAt), nextAt: nextAt === null ? null : toIso(nextAt) },
    tickets: tickets.map((ticket) => ({ ...ticket, receivedAt: toIso(ticket.receivedAt) })),
  };
}

type PageLine = {
  step: number;
  kind: PageKind;
  level: number;
  agent: z.infer<typeof Person>;
  at: Instant;
  acknowledgedAt: Instant | null;
  deliveries: { channel: "push" | "email" | "webhook"; state: DeliveryState; failure: string | null }[];
};

/** The pages of a call-out, the newest first; of very many the last two hundred. */
export async function readPages(tx: Tx, deskId: DeskId, callOutId: string): Promise<z.infer<typeof PageView>[]> {
  const { rows } = await sql<PageLine>`
    select p.step, p.kind, p.level, p.made_at as at, p.acknowledged_at as "acknowledgedAt",
      json_build_object('id', a.agent_id, 'name', a.name, 'email', a.email) as agent,
      (select coalesce(json_agg(json_build_object('channel', d.kind, 'state', d.state, 'failure', d.failure) order by d.channel), '[]')
       from page_delivery d where d.desk_id = p.desk_id and d.page_id = p.page_id) as deliveries
    from page p join agent a on a.desk_id = p.desk_id and a.agent_id = p.agent_id
    where p.desk_id = ${deskId} and p.call_out_id = ${callOutId}
    order by p.step desc, a.name limit 200`.execute(tx);
  return rows.map(({ at, acknowledgedAt, ...page }) => ({
    ...{ ...page, at: toIso(at), acknowledgedAt: acknowledgedAt === null ? null : toIso(acknowledgedAt) },
  }));
}
