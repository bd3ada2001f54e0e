import { type Db, type DeskId, deskId as asDeskId } from "@permanence/database";
import {
  type Clock,
  type Instant,
  instant,
  newId,
  newToken,
  seededRandom,
  VirtualClock,
  type World,
} from "@permanence/kernel";
import { sql } from "kysely";

/** For tests: a desk with one mailbox, one contact and one ticket, as small as the schema lets it be. */
export type TestDesk = {
  deskId: DeskId;
  mailbox: string;
  mailboxId: string;
  contactId: string;
  ticketId: string;
  replyToken: string;
};

export const START: Instant = instant(Date.UTC(2026, 5, 1, 9));

export function testWorld(clock: Clock = new VirtualClock(START), seed = "mail"): World {
  return { clock, random: seededRandom(seed) };
}

export async function makeTestDesk(db: Db, world: World, mailbox = "help@desk.example"): Promise<TestDesk> {
  const deskId = asDeskId(newId(world));
  const [mailboxId, contactId, ticketId] = [newId(world), newId(world), newId(world)];
  const replyToken = newToken(world);
  const now = world.clock.now();
  await db.directory.insertInto("directory").values({ kind: "mailbox", key: mailbox, desk_id: deskId }).execute();
  await db.transaction(deskId, async (tx) => {
    const mailboxes = [{ address: mailbox, name: "Desk" }];
    const settings = JSON.stringify({ mailboxes, calendars: {}, policy: {} });
    await sql`insert into desk values (${deskId}, ${mailbox}, 'Desk', ${settings}, ${now})`.execute(tx);
    await tx
      .insertInto("mailbox")
      .values({ desk_id: deskId, mailbox_id: mailboxId, address: mailbox, name: "Desk" })
      .execute();
    await sql`insert into contact values (${deskId}, ${contactId}, null, 'Zoe', 'fr', ${now})`.execute(tx);
    await sql`
      insert into ticket (desk_id, ticket_id, number, subject, state, priority, priority_reason, language, contact_id,
        source, received_at, reply_token, queue_at, updated_at, version, event_count, event_digest)
      values (${deskId}, ${ticketId}, 1, 'x', 'new', 'normal', '', 'fr', ${contactId},
        'mail', ${now}, ${replyToken}, ${now}, ${now}, 1, 0, '')`.execute(tx);
  });
  return { deskId, mailbox, mailboxId, contactId, ticketId, replyToken };
}
