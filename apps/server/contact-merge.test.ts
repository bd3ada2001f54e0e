import type { Tx } from "@permanence/database";
import { appendEvidence, type Evidence, findOutgoingMail } from "@permanence/mail";
import { outboxHooks } from "@permanence/tickets";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

// Two contacts become one while their tickets are under way: nothing that was proven changes, and what comes later counts.

let service: TestApi;
beforeAll(async () => {
  service = await openTestApi("merging contacts");
});
afterAll(() => service?.close());

const inDesk = <T>(work: (tx: Tx) => Promise<T>) => service.db.transaction(service.deskId, work);

async function ticketFrom(address: string, id: string) {
  const mail = await service.receive(
    `From: Zoé <${address}>\nTo: helpdesk@whise.eu\nSubject: ${id}\nMessage-ID: <${id}@agence.example>\n\nBonjour, rien ne va plus.\n`,
  );
  const { ticketId } = (await service.call("GET", `/inbound-mails/${mail}`)).body;
  return (await service.call("GET", `/tickets/${ticketId}`)).body;
}

const clocksOf = async (id: string) => (await service.call("GET", `/tickets/${id}`)).body.clocks;
const chainOf = (ticketId: string) =>
  inDesk((tx) =>
    tx.selectFrom("ticket_event").selectAll().where("ticket_id", "=", ticketId).orderBy("sequence").execute(),
  );

async function learn(ticketId: string, rung: Evidence["rung"]): Promise<void> {
  await inDesk(async (tx) => {
    const { outgoing_mail_id: outgoingMailId } = await tx
      .selectFrom("outgoing_mail")
      .select("outgoing_mail_id")
      .where("ticket_id", "=", ticketId)
      .where("purpose", "=", "notice")
      .executeTakeFirstOrThrow();
    const mail = (await findOutgoingMail(tx, service.deskId, outgoingMailId))!;
    const evidence: Evidence = {
      ...{ ticketId, outgoingMailId, rung, at: service.clock.now(), datedAt: null },
      ...{ source: rung === "handed-over" ? "relay" : "dsn", detail: "" },
    };
    appendEvidence(tx, service.world, service.deskId, evidence);
    await outboxHooks(service.world).onEvidence(tx, service.deskId, [{ mail, evidence }]);
  });
}

test("tickets move, their chains stay byte for byte, and what comes later is evidence as before", async () => {
  const kept = await ticketFrom("zoe@agence.example", "at work");
  const gone = await ticketFrom("zoe@home.example", "at home");
  const session = await service.customerTokenOf("zoe@home.example");
  await learn(gone.id, "handed-over");
  const [chain, clocks] = [await chainOf(gone.id), await clocksOf(gone.id)];

  const path = `/contacts/${kept.contact.id}`;
  const { body: preview } = await service.call("GET", `${path}/merge-preview?other=${gone.contact.id}`);
  expect(preview).toMatchObject({ conflicts: [], moves: { ticket: 1, outgoing_mail: 1, customer_session: 1 } });
  const versions = { kept: preview.kept.version, gone: preview.gone.version };
  const merge = { other: gone.contact.id, versions };
  expect((await service.call("POST", `${path}/merges`, { body: merge })).status).toBe(201);
  expect((await service.call("POST", `${path}/merges`, { body: merge })).status).toBe(409);

  expect(await chainOf(gone.id)).toEqual(chain);
  expect(await clocksOf(gone.id)).toEqual(clocks);
  expect((await service.call("GET", `/contacts/${gone.contact.id}`)).body.id).toBe(kept.contact.id);
  const theirs = await service.call("GET", `/tickets?state=all&contactId=${kept.contact.id}`);
  const ids: string[] = theirs.body.items.map(({ id }: { id: string }) => id);
  expect(new Set(ids)).toEqual(new Set([kept.id, gone.id]));
  expect((await service.call("GET", "/my", { as: session })).body).toMatchObject({ id: kept.contact.id });

  service.clock.advance(60_000);
  await learn(gone.id, "delivered");
  expect((await clocksOf(gone.id))[0]).toMatchObject({ target: "response", outcome: "met", receipt: "delivered" });

  // Each address is the same person now; an answer goes to the one that wrote.
  const third = await ticketFrom("zoe@home.example", "at home again");
  expect(third.contact).toMatchObject({ id: kept.contact.id, address: "zoe@home.example" });
  const reply = { kind: "agent", text: "Bonjour." };
  expect((await service.call("POST", `/tickets/${gone.id}/messages`, { body: reply })).status).toBe(201);
  const { items } = (await service.call("GET", `/outgoing-mails?ticketId=${gone.id}`)).body;
  expect(items.map(({ to }: { to: string }) => to)).toEqual(["zoe@home.example", "zoe@home.example"]);
});

test("where no message says an address any more, an answer goes to the first one", async () => {
  const ticket = await ticketFrom("nora@agence.example", "erased");
  const path = `/contacts/${ticket.contact.id}/addresses/nora@first.example`;
  expect((await service.call("PUT", path, { body: { isPrimary: true } })).status).toBe(200);
  await inDesk((tx) =>
    tx.updateTable("message").set({ from_address: "" }).where("ticket_id", "=", ticket.id).execute(),
  );
  const reply = { kind: "agent", text: "Bonjour." };
  expect((await service.call("POST", `/tickets/${ticket.id}/messages`, { body: reply })).status).toBe(201);
  const { items } = (await service.call("GET", `/outgoing-mails?ticketId=${ticket.id}`)).body;
  expect(items.map(({ to }: { to: string }) => to)).toContain("nora@first.example");
});
