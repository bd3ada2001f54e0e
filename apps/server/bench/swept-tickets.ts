import type { Db, DeskId } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { deskOf, STANDARD_POLICY, termsAt } from "@permanence/people";
import { sql } from "kysely";

/** Of each desk's tickets, those whose response clock runs, one due each second from `firstDueAt` on; the others are met. */
export type SweptTickets = { tickets: number; running: number; firstDueAt: Instant };

/** Tickets with their clocks and the beginning of their chains, written by the database itself, in the real tables. */
export async function makeSweptTickets(db: Db, deskId: DeskId, made: SweptTickets): Promise<void> {
  const { tickets, running, firstDueAt } = made;
  const { response: policy, ...terms } = termsAt((await deskOf(db, deskId)).promises, STANDARD_POLICY, firstDueAt);
  const registered = {
    ...{ number: 1, source: "mail", language: "fr", priority: "normal", priorityReason: "Made to be measured." },
    ...{ policy, terms: { ...terms, targets: {} } },
  };
  const { targetMs } = policy.normal;
  await db.transaction(deskId, async (tx) => {
    await sql`insert into contact (desk_id, contact_id, name, language, created_at)
      select ${deskId}::uuid, gen_random_uuid(), 'Contact', 'fr', 0 from generate_series(1, 1000)`.execute(tx);
    await sql`
      with person as (select row_number() over () as place, contact_id from contact)
      insert into ticket (desk_id, ticket_id, number, subject, state, priority, priority_reason, language, contact_id, source,
        received_at, reply_token, queue_at, updated_at, version, event_count, event_digest)
      select ${deskId}::uuid, gen_random_uuid(), i, 'Subject ' || i, 'open', 'normal', '', 'fr', contact_id, 'mail',
        due - ${targetMs}, ${deskId} || i, case when i <= ${running}::integer then due else 253370764800000 end, due - ${targetMs}, 1, 1, ''
      from generate_series(1, ${tickets}::integer) i
      cross join lateral (select ${firstDueAt}::bigint + i * 1000::bigint as due) time
      join person on place = 1 + i % 1000`.execute(tx);
    await sql`
      insert into ticket_event (desk_id, ticket_id, sequence, at, type, actor, data, salt, content_digest, digest)
      select desk_id, ticket_id, 1, received_at, 'registered', 'customer',
        ${JSON.stringify(registered)}::jsonb || jsonb_build_object('receivedAt', received_at), '', '', '' from ticket`.execute(
      tx,
    );
    await sql`
      insert into clock (desk_id, ticket_id, target, started_at, due_at, stopped_at, outcome, receipt, next_at)
      select desk_id, ticket_id, 'response', received_at, received_at + ${targetMs},
        case when not runs then received_at + 60000 end, case when runs then 'running' else 'met' end,
        case when not runs then 'delivered' end, case when runs then received_at + ${targetMs} end
      from ticket cross join lateral (select number <= ${running}::integer as runs) which`.execute(tx);
  });
  await db.pool.query("vacuum (analyze) ticket, ticket_event, clock");
}
