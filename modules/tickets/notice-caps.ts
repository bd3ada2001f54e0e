import type { Tx } from "@permanence/database";
import { type Instant, instant } from "@permanence/kernel";
import type { Desk } from "@permanence/people";
import { sql } from "kysely";

const HOUR_MS = 3_600_000;

/** When a notice to this address may leave: null for at once. Asking counts it in. */
export type NoticeCaps = (address: string) => Instant | null;

export const NO_CAPS: NoticeCaps = () => null;

/**
 * Two programs that answer each other would mail for ever; the cap per hour spaces what we send, and omits none of it.
 * @param addresses all that will be asked for
 */
export async function openNoticeCaps(tx: Tx, desk: Desk, addresses: string[], now: Instant): Promise<NoticeCaps> {
  const cap = desk.settings.caps.noticesPerAddressAndHour;
  const { rows } = await sql<{ address: string; leaves_at: number }>`
    select a.address, last.leaves_at
    from (select distinct lower(address) as address from unnest(${addresses}::text[]) as t (address)) a
    cross join lateral (
      select coalesce(next_attempt_at, sent_at, created_at) as leaves_at from outgoing_mail m
      where m.desk_id = ${desk.deskId} and m.to_address = a.address and m.purpose = 'notice'
        and (m.created_at > ${now - 24 * HOUR_MS} or m.state = 'queued')
      order by leaves_at desc limit ${cap}
    ) last`.execute(tx);
  const newestFirst = new Map<string, number[]>();
  for (const { address, leaves_at } of rows) newestFirst.set(address, [...(newestFirst.get(address) ?? []), leaves_at]);

  return (address) => {
    const times = newestFirst.get(address.toLowerCase()) ?? [];
    const oldestOfTheLast = times[cap - 1];
    const leavesAt = oldestOfTheLast === undefined ? now : instant(Math.max(now, oldestOfTheLast + HOUR_MS));
    newestFirst.set(
      address.toLowerCase(),
      [leavesAt, ...times].toSorted((a, b) => b - a),
    );
    return leavesAt > now ? leavesAt : null;
  };
}
