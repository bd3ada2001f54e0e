import { addAgent } from "@permanence/people";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changePriority } from "./agent-actions.ts";
import { openTicketChange } from "./ticket-change.ts";
import { mail, openTestDesk, type TestDesk } from "./ticket-test-desk.ts";

// Of several recipients the contact who wrote counts, at any of their addresses.

let desk: TestDesk;
beforeAll(async () => void (desk = await openTestDesk()));
afterAll(() => desk.close());

async function newTicket(n: number) {
  const id = `own-${n}@agence.example`;
  const { ticket_id } = await desk.receive(mail({ from: `lea${n}@agence.example`, id }));
  const ticketId = ticket_id!;
  const { reply_token, contact_id } = await desk.db.transaction(desk.deskId, (tx) =>
    tx
      .selectFrom("ticket")
      .select(["reply_token", "contact_id"])
      .where("ticket_id", "=", ticketId)
      .executeTakeFirstOrThrow(),
  );
  return { ticketId, id, replyTo: `aide+t-${reply_token}@desk.example`, contactId: contact_id };
}

const responseOf = (ticketId: string) =>
  desk.db.transaction(desk.deskId, (tx) =>
    tx
      .selectFrom("clock")
      .selectAll()
      .where("ticket_id", "=", ticketId)
      .where("target", "=", "response")
      .executeTakeFirstOrThrow(),
  );

/** Makes both belong to one organisation, so that either may write to the other's ticket. */
async function makeColleagues(...addresses: string[]): Promise<void> {
  await desk.db.transaction(desk.deskId, async (tx) => {
    await sql`insert into organisation values (${desk.deskId}, '0198c000-0000-7000-8000-0000000000aa', 'Agence', 0)
      on conflict do nothing`.execute(tx);
    await sql`update contact set organisation_id = '0198c000-0000-7000-8000-0000000000aa' where contact_id in (
      select contact_id from contact_address where address = any(${addresses}))`.execute(tx);
    await sql`update ticket set organisation_id = '0198c000-0000-7000-8000-0000000000aa'`.execute(tx);
  });
}

test("a colleague's answer with the token joins, and stops no response clock; the contact's does, from another address", async () => {
  const { ticketId, replyTo, contactId } = await newTicket(1);
  await desk.receive(mail({ from: "tom@agence.example", id: "tom@agence.example" }));
  await makeColleagues("lea1@agence.example", "tom@agence.example");
  const answer = (from: string, id: string) => desk.receive(mail({ from, id, to: replyTo }), replyTo);
  expect(await answer("tom@agence.example", "tom-2@agence.example")).toMatchObject({
    kind: "reply",
    ticket_id: ticketId,
  });
  expect(await responseOf(ticketId)).toMatchObject({ outcome: "running", stopped_at: null });

  const other = { desk_id: desk.deskId, address: "lea@home.example", contact_id: contactId, verified_at: null };
  await desk.db.transaction(desk.deskId, (tx) => tx.insertInto("contact_address").values(other).execute());
  expect(await answer("lea@home.example", "home@home.example")).toMatchObject({ kind: "reply", ticket_id: ticketId });
  expect(await responseOf(ticketId)).toMatchObject({ outcome: "met", receipt: "displayed" });
});

test("a notice to a colleague who wrote last proves nothing for the contact", async () => {
  const { ticketId, replyTo } = await newTicket(2);
  await makeColleagues("lea2@agence.example", "tom@agence.example");
  desk.clock.advance(1); // Two messages of one instant would have no last one.
  await desk.receive(mail({ from: "tom@agence.example", id: "tom-3@agence.example", to: replyTo }), replyTo);
  await desk.db.transaction(desk.deskId, async (tx) => {
    const agent = (await addAgent(tx, desk.world, desk.deskId, {
      ...{ email: "anne@desk.example", name: "Anne", role: "agent", language: "fr" },
    }))!;
    const change = (await openTicketChange(tx, desk.world, desk.deskId, ticketId))!;
    await changePriority(tx, { world: desk.world, desk: desk.desk, agent }, change, {
      priority: "high",
      reason: "Tous.",
    });
    change.save(tx);
  });
  const mails = await desk.db.transaction(desk.deskId, (tx) =>
    tx.selectFrom("outgoing_mail").selectAll().where("ticket_id", "=", ticketId).orderBy("created_at").execute(),
  );
  const [own, toTom] = ["lea2@agence.example", "tom@agence.example"].map((to) =>
    mails.find((each) => each.to_address === to)!,
  );
  await desk.learn(toTom!.outgoing_mail_id, "handed-over");
  await desk.learn(toTom!.outgoing_mail_id, "delivered");
  expect(await responseOf(ticketId)).toMatchObject({ outcome: "running", stopped_at: null });
  await desk.learn(own!.outgoing_mail_id, "handed-over");
  await desk.learn(own!.outgoing_mail_id, "delivered");
  expect(await responseOf(ticketId)).toMatchObject({ outcome: "met", receipt: "delivered" });
});
