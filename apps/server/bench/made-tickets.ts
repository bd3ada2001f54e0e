import { type Db, type DeskId, deskId } from "@permanence/database";
import { sql } from "kysely";

// Tickets by the million, written by the database itself: to measure what costs depend on how many there are.

/** @returns the id of a desk that has `count` tickets of the two years before `until`, each with its response clock met
 *  or late as desks are, from 400 organisations of five contacts each. */
export async function makeTickets(db: Db, number: number, count: number, until: number): Promise<DeskId> {
  const desk = deskId(`0198c000-0000-7000-8000-${String(number).padStart(12, "0")}`);
  const stepMs = Math.floor((2 * 365 * 86_400_000) / count);
  await db.transaction(desk, async (tx) => {
    const settings = JSON.stringify({ timeZone: "Europe/Brussels" });
    await sql`insert into desk values (${desk}, ${`bench-${number}`}, 'Bench', ${settings}, 0)`.execute(tx);
    await sql`insert into organisation select ${desk}::uuid, gen_random_uuid(), 'Organisation ' || i, 0
      from generate_series(1, 400) i`.execute(tx);
    await sql`insert into contact select ${desk}::uuid, gen_random_uuid(), organisation_id, 'Contact', 'fr', 0
      from organisation, generate_series(1, 5)`.execute(tx);
    await sql`
      with person as (select row_number() over () as place, contact_id, organisation_id from contact)
      insert into ticket (desk_id, ticket_id, number, subject, state, closed_as, closed_at, priority, priority_reason,
        language, contact_id, organisation_id, source, received_at, reply_token, queue_at, updated_at, version,
        event_count, event_digest)
      select ${desk}::uuid, gen_random_uuid(), i, 'Subject ' || i, 'closed', 'solved', at,
        (array['urgent', 'high', 'normal', 'normal', 'normal', 'low'])[1 + i % 6], '', 'fr', contact_id,
        organisation_id, 'mail', at, ${desk} || i, 253370764800000, at, 1, 0, ''
      from generate_series(1, ${count}::integer) i cross join lateral (select ${until}::bigint - i * ${stepMs}::bigint as at) time
      join person on place = 1 + i % 2000`.execute(tx);
    await sql`
      insert into clock (desk_id, ticket_id, target, started_at, due_at, stopped_at, outcome, receipt, priority, customer_id)
      select desk_id, ticket_id, 'response', received_at, received_at + 86400000,
        received_at + (random() * random() * 4000000)::bigint, case when number % 50 = 0 then 'breached' else 'met' end,
        case when number % 3 = 0 then 'presumed' else 'delivered' end, priority, coalesce(organisation_id, contact_id)
      from ticket order by received_at`.execute(tx);
  });
  await db.pool.query("vacuum (analyze) clock");
  return desk;
}
