import type { DeskId, Tx } from "@permanence/database";
import { sql } from "kysely";
import type { Piece } from "./report-period.ts";

/** Which clocks a report is about. Left out: all. */
export type ClockChoice = {
  target: string;
  priority?: string | undefined;
  /** Whose tickets: an organisation; null for those of people who belong to none. */
  organisationId?: string | null | undefined;
};

/** The clocks of a piece by columns, the same place in each being one clock. A million rows as rows take six seconds to
 *  carry over and to take apart, as columns one. */
export type ClockColumns = {
  count: number;
  startedAt: BigInt64Array;
  /** 0 where it runs on. */
  stoppedAt: BigInt64Array;
  /** Three letters a clock, see `LETTERS`. */
  letters: string;
  /** 16 bytes a clock: the organisation, or the contact of whom none was known. */
  customers: Buffer;
};

/** The letters of a clock, in this order. */
export const LETTERS = {
  outcome: { r: "running", p: "pending", m: "met", b: "breached", R: "raised", v: "void" },
  receipt: { n: "none", p: "presumed", d: "delivered", s: "displayed" },
  priority: { u: "urgent", h: "high", n: "normal", l: "low" },
} as const;

/** Reads the clocks that started within a piece. */
export async function readClockColumns(
  tx: Tx,
  deskId: DeskId,
  { target, priority, organisationId }: ClockChoice,
  { from, until }: Piece,
): Promise<ClockColumns> {
  const { rows } = await sql<Row>`
    select count(*) as count,
      string_agg(int8send(k.started_at), '') as started,
      string_agg(int8send(coalesce(k.stopped_at, 0)), '') as stopped,
      string_agg(uuid_send(k.customer_id), '') as customers,
      string_agg(
        case k.outcome when 'running' then 'r' when 'pending' then 'p' when 'met' then 'm' when 'void' then 'v'
          else case k.cause when 'raised' then 'R' else 'b' end end ||
        case k.receipt when 'presumed' then 'p' when 'delivered' then 'd' when 'displayed' then 's' else 'n' end ||
        left(k.priority, 1), '') as letters
    from clock k
    where k.desk_id = ${deskId} and k.target = ${target} and k.started_at >= ${from} and k.started_at < ${until}
      and ${priority === undefined ? sql`true` : sql`k.priority = ${priority}`}
      and ${ofOrganisation(deskId, organisationId)}`.execute(tx);
  const { count, started, stopped, letters, customers } = rows[0]!;
  return {
    count,
    startedAt: integers(started),
    stoppedAt: integers(stopped),
    letters: letters ?? "",
    customers: customers ?? Buffer.alloc(0),
  };
}

type Row = {
  count: number;
  started: Buffer | null;
  stopped: Buffer | null;
  letters: string | null;
  customers: Buffer | null;
};

/** Network order, as `int8send` writes them. The buffer is turned in place: nobody else has it. */
function integers(bytes: Buffer | null): BigInt64Array {
  if (bytes === null) return new BigInt64Array(0);
  const own = new Uint8Array(bytes);
  Buffer.from(own.buffer).swap64();
  return new BigInt64Array(own.buffer);
}

/** Who belonged to no organisation when the ticket came may have been found to belong to one since. */
export function ofOrganisation(deskId: DeskId, organisationId: string | null | undefined) {
  if (organisationId === undefined) return sql<boolean>`true`;
  const people = sql`select contact_id from contact where desk_id = ${deskId}`;
  if (organisationId === null)
    return sql<boolean>`k.customer_id in (${people} and organisation_id is null)`;
  return sql<boolean>`(k.customer_id = ${organisationId} or k.customer_id in (${people} and organisation_id = ${organisationId}))`;
}
