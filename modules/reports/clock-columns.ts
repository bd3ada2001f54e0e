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
  /** From the start of the piece, in milliseconds. */
  startedMs: Int32Array;
  /** From start to stop; -1 where it has not stopped. */
  tookMs: Float64Array;
  /** One letter a clock: `LETTERS` by its code, less `FIRST_CODE`. */
  letters: string;
  /** 16 bytes a clock: the organisation, or the contact of whom none was known. */
  customers: Buffer;
};

export const OUTCOMES = ["running", "pending", "met", "breached", "raised", "void"] as const;
export const RECEIPTS = ["none", "presumed", "delivered", "displayed"] as const;
export const PRIORITIES = ["urgent", "high", "normal", "low"] as const;
export const FIRST_CODE = 32; // Of what can be printed.

export type Meaning = {
  outcome: (typeof OUTCOMES)[number];
  receipt: (typeof RECEIPTS)[number];
  priority: (typeof PRIORITIES)[number];
};

/** What each letter means, in the order in which the query below numbers them. */
export const LETTERS: readonly Meaning[] = OUTCOMES.flatMap((outcome) =>
  RECEIPTS.flatMap((receipt) => PRIORITIES.map((priority) => ({ outcome, receipt, priority }))),
);

/** Reads the clocks that started within a piece. */
export async function readClockColumns(
  tx: Tx,
  deskId: DeskId,
  { target, priority, organisationId }: ClockChoice,
  { from, until }: Piece,
): Promise<ClockColumns> {
  const { rows } = await sql<Row>`
    select count(*) as count,
      string_agg(int4send((k.started_at - ${from})::integer), '') as started,
      string_agg(float8send(coalesce(k.counted_ms, k.stopped_at - k.started_at, -1)), '') as took,
      string_agg(uuid_send(k.customer_id), '') as customers,
      string_agg(chr(${FIRST_CODE}
        + 16 * case k.outcome when 'running' then 0 when 'pending' then 1 when 'met' then 2 when 'void' then 5
            else case k.cause when 'raised' then 4 else 3 end end
        + 4 * case k.receipt when 'presumed' then 1 when 'delivered' then 2 when 'displayed' then 3 else 0 end
        + case k.priority when 'urgent' then 0 when 'high' then 1 when 'normal' then 2 else 3 end), '') as letters
    from clock k
    where k.desk_id = ${deskId} and k.target = ${target} and k.started_at >= ${from} and k.started_at < ${until}
      and ${priority === undefined ? sql`true` : sql`k.priority = ${priority}`}
      and ${ofOrganisation(deskId, organisationId)}`.execute(tx);
  const { count, started, took, letters, customers } = rows[0]!;
  return {
    count,
    startedMs: new Int32Array(aligned(started).swap32().buffer),
    tookMs: new Float64Array(aligned(took).swap64().buffer),
    letters: letters ?? "",
    customers: customers ?? Buffer.alloc(0),
  };
}

type Row = {
  count: number;
  started: Buffer | null;
  took: Buffer | null;
  letters: string | null;
  customers: Buffer | null;
};

/** In memory of their own, which numbers can be read from; PostgreSQL sends them in network order. */
function aligned(bytes: Buffer | null): Buffer<ArrayBuffer> {
  return Buffer.from(new Uint8Array(bytes ?? []).buffer);
}

/** Who belonged to no organisation when the ticket came may have been found to belong to one since. */
export function ofOrganisation(deskId: DeskId, organisationId: string | null | undefined) {
  if (organisationId === undefined) return sql<boolean>`true`;
  const people = sql`select contact_id from contact where desk_id = ${deskId}`;
  if (organisationId === null) return sql<boolean>`k.customer_id in (${people} and organisation_id is null)`;
  return sql<boolean>`(k.customer_id = ${organisationId} or k.customer_id in (${people} and organisation_id = ${organisationId}))`;
}
