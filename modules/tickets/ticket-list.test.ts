import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NOT_DUE } from "./ticket-clocks.ts";
import { listTickets, rank, type TicketListRow, type TicketPlace, UNCLOSED } from "./ticket-store.ts";
import { mail, openTestDesk, type TestDesk } from "./ticket-test-desk.ts";
import { ticketView } from "./ticket-view.ts";
import type { Priority } from "./ticket-tables.ts";

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk();
});
afterAll(() => desk.close());

let made = 0;
async function newTicket(): Promise<string> {
  const inbound = await desk.receive(mail({ from: `client${++made}@list${made}.example`, id: `${made}@list.example` }));
  desk.clock.advance(1000);
  return inbound.ticket_id!;
}

async function list(after: TicketPlace | null = null, limit = 50): Promise<TicketListRow[]> {
  const page = { order: "due" as const, after, limit };
  return desk.db.transaction(desk.deskId, (tx) => listTickets(tx, desk.deskId, { states: UNCLOSED }, page));
}

async function find(ticketId: string) {
  const rows = await list();
  return ticketView(rows.find((row) => row.ticket_id === ticketId)!);
}

async function noticeOf(ticketId: string): Promise<string> {
  return desk.db.transaction(desk.deskId, async (tx) => {
    const mails = await tx.selectFrom("outgoing_mail").selectAll().where("ticket_id", "=", ticketId).execute();
    return mails.at(-1)!.outgoing_mail_id;
  });
}

test("a list tells how far each notice came, and where it failed", async () => {
  const [queued, taken, failed, delivered] = [
    await newTicket(),
    await newTicket(),
    await newTicket(),
    await newTicket(),
  ];
  for (const id of [taken, failed, delivered]) await desk.learn(await noticeOf(id), "handed-over");
  desk.clock.advance(1000);
  await desk.learn(await noticeOf(failed), "failed");
  await desk.learn(await noticeOf(delivered), "delivered");
  expect((await find(queued)).notice).toEqual({ rung: "queued", failed: false });
  expect((await find(taken)).notice).toEqual({ rung: "handed-over", failed: false });
  expect((await find(failed)).notice).toEqual({ rung: "handed-over", failed: true });
  expect((await find(delivered)).notice).toEqual({ rung: "delivered", failed: false });
});

test("of what is due alike the urgent comes first, then who came first; pages together are the whole", async () => {
  const priorities: Priority[] = ["low", "urgent", "normal", "urgent", "high"];
  const ids: string[] = [];
  for (const priority of priorities) {
    const id = await newTicket();
    ids.push(id);
    await desk.db.transaction(desk.deskId, (tx) =>
      sql`update ticket set queue_at = ${NOT_DUE}, priority = ${priority} where ticket_id = ${id}`.execute(tx),
    );
  }
  const whole = (await list()).map((row) => row.ticket_id);
  expect(whole.filter((id) => ids.includes(id))).toEqual([ids[1], ids[3], ids[4], ids[2], ids[0]]);

  const paged: string[] = [];
  for (let after: TicketPlace | null = null; ;) {
    const [row] = await list(after, 1);
    if (row === undefined) break;
    paged.push(row.ticket_id);
    after = { queueAt: row.queue_at, rank: row.rank, receivedAt: row.received_at, ticketId: row.ticket_id };
  }
  expect(paged).toEqual(whole);
});

test("the queue is read by its index, in order", async () => {
  const plan = await desk.db.transaction(desk.deskId, async (tx) => {
    await sql`set local enable_seqscan = off`.execute(tx);
    await sql`set local enable_sort = off`.execute(tx);
    const { rows } = await sql<Record<string, string>>`
      explain select ticket_id from ticket t where t.desk_id = ${desk.deskId} and t.state <> 'closed'
        and (t.queue_at, ${rank}, t.received_at, t.ticket_id) > (5, 0, 7, '00000000-0000-4000-8000-000000000000'::uuid)
      order by t.queue_at, ${rank}, t.received_at, t.ticket_id limit 50`.execute(tx);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  });
  expect(plan).toContain("ticket_queue");
  expect(plan).not.toContain("Sort");
  expect(plan).toMatch(/Index Cond:.*ROW\(/);
});
