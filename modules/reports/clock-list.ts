import type { DeskId, Tables, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import type { ClockTable } from "@permanence/sla";
import { sql } from "kysely";
import type { Counted } from "./attainment.ts";
import { type ClockChoice, ofOrganisation } from "./clock-columns.ts";
import { firstInstant, type Period } from "./report-period.ts";

/** The clocks behind one number of a report. */
export type ClockFilter = {
  outcome?: Counted | undefined;
  receipt?: "proven" | "presumed" | undefined;
  /** An hour of the week, 0 from Monday midnight on, by the desk's wall clock. */
  hour?: number | undefined;
};

export type ClockPlace = { startedAt: Instant; ticketId: string };

export type ListedClock = Pick<Tables["ticket"], "ticket_id" | "number" | "subject" | "priority"> &
  Pick<ClockTable, "started_at" | "due_at" | "stopped_at" | "counted_ms" | "outcome" | "receipt" | "cause"> & {
    organisation_id: string | null;
    organisation_name: string | null;
    contact_name: string;
  };

type Asked = { choice: ClockChoice; period: Period; filter: ClockFilter; after: ClockPlace | null; limit: number };

/** The newest first. */
export async function listClocks(tx: Tx, deskId: DeskId, asked: Asked): Promise<ListedClock[]> {
  const { choice, period, filter, after, limit } = asked;
  const from = firstInstant(period.from, period.timeZone);
  const until = firstInstant(period.to.add({ days: 1 }), period.timeZone);
  const { rows } = await sql<ListedClock>`
    select t.ticket_id, t.number, t.subject, t.priority, k.started_at, k.due_at, k.stopped_at, k.counted_ms, k.outcome, k.receipt,
      k.cause, o.organisation_id, o.name as organisation_name, c.name as contact_name
    from clock k
    join ticket t on t.desk_id = k.desk_id and t.ticket_id = k.ticket_id
    join contact c on c.desk_id = t.desk_id and c.contact_id = t.contact_id
    left join organisation o on o.desk_id = t.desk_id
      and o.organisation_id = coalesce(t.organisation_id, c.organisation_id)
    where k.desk_id = ${deskId} and k.target = ${choice.target}
      and k.started_at >= ${from} and k.started_at < ${until}
      and ${choice.priority === undefined ? sql`true` : sql`k.priority = ${choice.priority}`}
      and ${ofOrganisation(deskId, choice.organisationId)}
      and ${outcomeIs(filter.outcome)} and ${receiptIs(filter.receipt)} and ${hourIs(filter.hour, period.timeZone)}
      and ${after === null ? sql`true` : sql`(k.started_at, k.ticket_id) < (${after.startedAt}, ${after.ticketId}::uuid)`}
    order by k.started_at desc, k.ticket_id desc limit ${limit}`.execute(tx);
  return rows;
}

function outcomeIs(outcome: Counted | undefined) {
  if (outcome === undefined) return sql`true`;
  if (outcome === "raised") return sql`k.outcome = 'breached' and k.cause = 'raised'`;
  if (outcome === "breached") return sql`k.outcome = 'breached' and k.cause is distinct from 'raised'`;
  return sql`k.outcome = ${outcome}`;
}

/** As a report counts receipts: of what has stopped, and is not void. */
function receiptIs(receipt: ClockFilter["receipt"]) {
  if (receipt === undefined) return sql`true`;
  const strength = receipt === "presumed" ? sql`k.receipt = 'presumed'` : sql`k.receipt in ('delivered', 'displayed')`;
  return sql`${strength} and k.stopped_at is not null and k.outcome <> 'void'`;
}

function hourIs(hour: number | undefined, timeZone: string) {
  if (hour === undefined) return sql`true`;
  const wall = sql`timezone(${timeZone}, to_timestamp(k.started_at / 1000.0))`;
  return sql`(extract(isodow from ${wall}) - 1) * 24 + extract(hour from ${wall}) = ${hour}`;
}
