import { type Db, deskId } from "@permanence/database";
import { type Instant, instant, newId, type World } from "@permanence/kernel";
import { sql } from "kysely";

// For tests and benchmarks: tickets whose clocks have run, by the thousand.

export const REPORTED_DESK = deskId("0198c000-0000-7000-8000-000000000001");

/** One ticket with the clock of its notice. */
export type MadeClock = {
  priority: "urgent" | "high" | "normal" | "low";
  /** Which of the organisations, from 0 on; null: a contact who belonged to none when the ticket came. */
  organisation: number | null;
  startedAt: Instant;
  stoppedAt: Instant | null;
  outcome: "running" | "pending" | "met" | "breached" | "void";
  receipt: "presumed" | "delivered" | "displayed" | null;
  cause: "raised" | null;
};

/** Makes the desk with two organisations and, in neither, a contact who is found to belong to the second one later, and
 *  one who belongs to none. */
export async function makeDesk(db: Db, world: World): Promise<{ organisations: string[]; contacts: string[] }> {
  const desk = REPORTED_DESK;
  const organisations = [newId(world), newId(world)];
  const contacts = [newId(world), newId(world)];
  await db.transaction(desk, async (tx) => {
    await sql`insert into desk values (${desk}, 'essai', 'Essai', ${JSON.stringify({ timeZone: "Europe/Brussels" })}, 0)`.execute(
      tx,
    );
    for (const [i, id] of organisations.entries())
      await sql`insert into organisation values (${desk}, ${id}, ${["Agence A", "=Agence B"][i]}, 0)`.execute(tx);
    for (const [i, id] of contacts.entries())
      await sql`insert into contact values (${desk}, ${id}, ${[organisations[1], null][i]}, ${`Contact ${i}`}, 'fr', 0)`.execute(
        tx,
      );
  });
  return { organisations, contacts };
}

export async function addClocks(
  db: Db,
  world: World,
  { organisations, contacts }: { organisations: string[]; contacts: string[] },
  clocks: MadeClock[],
): Promise<void> {
  await db.transaction(REPORTED_DESK, async (tx) => {
    for (const [i, clock] of clocks.entries()) {
      const [ticketId, contact] = [newId(world), contacts[i % 2]!];
      const organisation = clock.organisation === null ? null : organisations[clock.organisation]!;
      await sql`insert into ticket (desk_id, ticket_id, number, subject, state, priority, priority_reason, language, contact_id,
          organisation_id, source, received_at, reply_token, queue_at, updated_at, version, event_count, event_digest)
        values (${REPORTED_DESK}, ${ticketId}, ${i + 1}, ${`Sujet ${i}`}, 'open', ${clock.priority}, '', 'fr', ${contact},
          ${organisation}, 'mail', ${clock.startedAt}, ${ticketId}, 0, 0, 1, 0, '')`.execute(tx);
      await sql`insert into clock (desk_id, ticket_id, target, started_at, due_at, stopped_at, outcome, receipt, cause, priority, customer_id)
        values (${REPORTED_DESK}, ${ticketId}, 'response', ${clock.startedAt}, ${instant(clock.startedAt + 3_600_000)},
          ${clock.stoppedAt}, ${clock.outcome}, ${clock.receipt}, ${clock.cause}, ${clock.priority}, ${organisation ?? contact})`.execute(
        tx,
      );
    }
  });
}
