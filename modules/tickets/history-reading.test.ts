import { newId } from "@permanence/kernel";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openHistoryReading } from "./history-reading.ts";
import { mail, openTestDesk, type TestDesk } from "./ticket-test-desk.ts";

// Older mail, read as history.

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk();
});
afterAll(() => desk.close());

/** A mail that was imported, received so many days ago. */
async function imported(daysAgo: number, written: Parameters<typeof mail>[0], to?: string): Promise<string> {
  const id = await desk.keep(mail(written), to);
  await desk.db.transaction(desk.deskId, (tx) =>
    tx
      .updateTable("inbound_mail")
      .set({ is_history: true, received_at: sql`received_at - ${daysAgo * 86_400_000}::bigint` })
      .where("inbound_mail_id", "=", id)
      .execute(),
  );
  return id;
}

const rowOf = (id: string) =>
  desk.db.transaction(desk.deskId, (tx) =>
    tx.selectFrom("inbound_mail").selectAll().where("inbound_mail_id", "=", id).executeTakeFirstOrThrow(),
  );

test("whatever runs at the same time, mails are read one after the other, the oldest first", async () => {
  const ids = [];
  for (const daysAgo of [3, 9, 6])
    ids.push(await imported(daysAgo, { from: "ann@agence.example", id: newId(desk.world) }));
  const order: string[] = [];
  let busy = 0;
  const history = openHistoryReading(desk.db, async (job) => {
    expect(++busy).toBe(1);
    await desk.readInboundMail(job);
    order.push(job.inboundMailId);
    busy--;
  });
  const payload = { deskId: desk.deskId };
  await Promise.all([history.read(payload), history.read(payload), history.read(payload)]);
  await history.close();
  expect(order).toEqual([ids[1], ids[2], ids[0]]);
});

test("a question and its answers become one closed ticket, whoever began, and nothing is promised on it", async () => {
  const history = openHistoryReading(desk.db, desk.readInboundMail);
  const answer = await imported(4, { from: "aide@desk.example", to: "bob@agence.example", id: "a1@desk.example" });
  const reply = await imported(3, {
    from: "bob@agence.example",
    id: "q2@agence.example",
    headers: ["In-Reply-To: <a1@desk.example>"],
  });
  const stranger = await imported(2, {
    from: "eve@elsewhere.example",
    id: "e@x.example",
    headers: ["In-Reply-To: <a1@desk.example>"],
  });
  await history.read({ deskId: desk.deskId });
  await history.close();
  const rows = await Promise.all([answer, reply, stranger].map(rowOf));
  expect(rows.map(({ kind }) => kind)).toEqual(["ticket", "reply", "ticket"]);
  expect(rows[1]!.ticket_id).toBe(rows[0]!.ticket_id);
  expect(rows[2]!.ticket_id).not.toBe(rows[0]!.ticket_id); // Nobody writes to another's ticket, in history either.
  const ticketId = rows[0]!.ticket_id!;
  const kept = await desk.db.transaction(desk.deskId, async (tx) => ({
    ticket: await tx.selectFrom("ticket").selectAll().where("ticket_id", "=", ticketId).executeTakeFirstOrThrow(),
    clocks: await tx.selectFrom("clock").selectAll().where("ticket_id", "=", ticketId).execute(),
    mails: await tx.selectFrom("outgoing_mail").selectAll().where("ticket_id", "=", ticketId).execute(),
    messages: await tx.selectFrom("message").selectAll().where("ticket_id", "=", ticketId).orderBy("at").execute(),
  }));
  expect(kept).toMatchObject({ ticket: { state: "closed", source: "history" }, clocks: [], mails: [] });
  expect(kept.ticket.closed_at).toBe(rows[1]!.received_at);
  expect(kept.messages.map(({ kind }) => kind)).toEqual(["agent", "customer"]);
});
