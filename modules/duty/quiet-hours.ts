import type { Tx } from "@permanence/database";
import { type Instant, instant } from "@permanence/kernel";
import type { Desk } from "@permanence/people";
import type { TicketChange } from "@permanence/tickets";
import { sql } from "kysely";
import { type DutySettings, isQuiet } from "./duty-settings.ts";

/** Until when the customer is asked first instead of waking somebody: in quiet hours, of what only the model thought urgent,
 *  from somebody whom the desk does not know, once so many such have called somebody that night. Null: page at once. */
export async function asksFirstUntil(
  tx: Tx,
  desk: Desk,
  ticket: TicketChange["ticket"],
  { quiet }: DutySettings,
  now: Instant,
): Promise<Instant | null> {
  if (quiet === null || ticket.triage?.by !== "model") return null;
  const { timeZone } = desk.settings;
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone);
  const wallTime = local.toPlainTime().toString({ smallestUnit: "minute" });
  if (!isQuiet(quiet, wallTime) || (await isKnown(tx, ticket))) return null;
  const [begin, end] = nightAround(local, quiet);
  return (await countPaged(tx, ticket, begin)) >= quiet.askAfter ? end : null;
}

/** When these quiet hours began, and when they end. */
function nightAround(
  local: Temporal.ZonedDateTime,
  { from, until }: { from: string; until: string },
): [Instant, Instant] {
  const at = (time: string, days: number) =>
    instant(local.withPlainTime(Temporal.PlainTime.from(time)).add({ days }).epochMilliseconds);
  const [today, now] = [at(until, 0), local.epochMilliseconds];
  const end = today > now ? today : at(until, 1);
  const began = at(from, 0);
  return [began <= now ? began : at(from, -1), end];
}

/** Of an organisation, or seen to read our mail before. */
async function isKnown(tx: Tx, { desk_id, contact_id, organisation_id }: TicketChange["ticket"]): Promise<boolean> {
  if (organisation_id !== null) return true;
  const verified = await tx
    .selectFrom("contact_address")
    .select("address")
    .where("desk_id", "=", desk_id)
    .where("contact_id", "=", contact_id)
    .where("verified_at", "is not", null)
    .executeTakeFirst();
  return verified !== undefined;
}

/** Tonight's tickets that the model alone thought urgent, and that called somebody. */
async function countPaged(tx: Tx, { desk_id }: TicketChange["ticket"], since: Instant): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from call_out c
    join call_out_ticket o on o.desk_id = c.desk_id and o.call_out_id = c.call_out_id
    join ticket t on t.desk_id = o.desk_id and t.ticket_id = o.ticket_id
    where c.desk_id = ${desk_id} and c.opened_at >= ${since} and t.triage->>'by' = 'model'
      and exists (select from page p where p.desk_id = c.desk_id and p.call_out_id = c.call_out_id)`.execute(tx);
  return rows[0]!.count;
}
