import type { Db, DeskId, Tx } from "@permanence/database";
import { type Instant, instant, type World } from "@permanence/kernel";
import { sql } from "kysely";
import { raiseAlert } from "./alert-store.ts";
import { addIncident, findTicketsOfIncident, joinIncident, type Texts } from "./incident-store.ts";
import { type Fingerprint, fingerprintOf, groupAlike, isLikeSome, type Marked } from "./similar-tickets.ts";

/** So many similar tickets within this time are offered as an incident. */
const MANY = 5;
const WITHIN_MS = 30 * 60_000;
/** Of very many the newest: comparing all with all must stay well under a tenth of a second. */
const MOST_LOOKED_AT = 200;
const MOST_COMPARED = 4;

type Recent = { ticketId: string; subject: string; body: string; language: string; receivedAt: Instant };

/**
 * Looks at the tickets of the last half hour that are of no incident: those that are like one that is open join it, and where
 * many are alike, an incident is offered, once. One transaction; run twice, the second finds them joined.
 */
export async function offerIncidents(db: Db, world: World, deskId: DeskId): Promise<void> {
  await db.transaction(deskId, async (tx) => {
    const since = instant(world.clock.now() - WITHIN_MS);
    if ((await findRecent(tx, deskId, since)).length === 0) return;
    // Two sweeps at once would offer the same twice: the second waits here, and reads what the first has left.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`incident-offers ${deskId}`}, 0))`.execute(tx);
    const recent = await findRecent(tx, deskId, since);
    const open = await findOpen(tx, deskId);
    let left = recent.map((item): Marked<Recent> => ({ item, fingerprint: fingerprintOf(item) }));
    for (const { incidentId, tickets } of open) {
      const joining = left.filter(({ fingerprint }) => isLikeSome(fingerprint, tickets));
      await joinIncident(tx, world, deskId, incidentId, joining.map(ticketIdOf), "similar");
      left = left.filter((each) => !joining.includes(each));
    }
    for (const group of groupAlike(left)) if (group.length >= MANY) await offer(tx, world, deskId, group);
  });
}

const ticketIdOf = ({ item }: Marked<Recent>) => item.ticketId;

async function offer(tx: Tx, world: World, deskId: DeskId, group: Marked<Recent>[]): Promise<void> {
  const [first] = group.map(({ item }) => item);
  const title: Texts = { [first!.language]: first!.subject };
  const incidentId = await addIncident(tx, world, deskId, {
    ...{ state: "offered", title, is_public: false, began_at: first!.receivedAt },
    ...{ ticketIds: group.map(ticketIdOf), joinedBy: "similar" },
  });
  const detail = { title: first!.subject, count: group.length };
  await raiseAlert(tx, world, deskId, { kind: "incident-offered", subject: incidentId, detail });
}

async function findRecent(tx: Tx, deskId: DeskId, since: Instant): Promise<Recent[]> {
  const { rows } = await sql<Recent>`
    select t.ticket_id as "ticketId", t.subject, t.language, t.received_at as "receivedAt",
      left(coalesce(nullif(m.reply, ''), m.text), 2000) as body
    from ticket t
    join lateral (select x.reply, x.text from message x
      where x.desk_id = t.desk_id and x.ticket_id = t.ticket_id and x.kind = 'customer' order by x.at limit 1) m on true
    where t.desk_id = ${deskId} and t.received_at >= ${since} and t.state <> 'closed' and t.source = 'mail'
      and not exists (select from incident_ticket i where i.desk_id = t.desk_id and i.ticket_id = t.ticket_id)
    order by t.received_at desc, t.ticket_id desc limit ${MOST_LOOKED_AT}`.execute(tx);
  return rows.toReversed();
}

export type OpenIncident = { incidentId: string; state: "offered" | "running"; tickets: Marked<null>[] };

/** The incidents and offers that are open, with what their first tickets say. */
export async function findOpen(tx: Tx, deskId: DeskId): Promise<OpenIncident[]> {
  const incidents = await tx
    .selectFrom("incident")
    .select(["incident_id", "state"])
    .where("desk_id", "=", deskId)
    .where("state", "in", ["offered", "running"])
    .orderBy("began_at")
    .execute();
  const found: OpenIncident[] = [];
  for (const { incident_id: incidentId, state } of incidents) {
    const ticketIds = (await findTicketsOfIncident(tx, deskId, incidentId)).slice(0, MOST_COMPARED);
    const fingerprints = await fingerprintsOf(tx, deskId, ticketIds);
    const tickets = fingerprints.map((fingerprint) => ({ item: null, fingerprint }));
    found.push({ incidentId, state: state as OpenIncident["state"], tickets });
  }
  return found;
}

/** What the first messages of these tickets say, in their order. */
export async function fingerprintsOf(tx: Tx, deskId: DeskId, ticketIds: string[]): Promise<Fingerprint[]> {
  if (ticketIds.length === 0) return [];
  const { rows } = await sql<{ subject: string; body: string }>`
    select t.subject, left(coalesce(nullif(m.reply, ''), m.text, ''), 2000) as body
    from unnest(${ticketIds}::uuid[]) with ordinality as w (ticket_id, place)
    join ticket t on t.desk_id = ${deskId} and t.ticket_id = w.ticket_id
    left join lateral (select x.reply, x.text from message x
      where x.desk_id = t.desk_id and x.ticket_id = t.ticket_id and x.kind = 'customer' order by x.at limit 1) m on true
    order by w.place`.execute(tx);
  return rows.map(fingerprintOf);
}
