import { instant } from "@permanence/kernel";
import { closeTicket } from "@permanence/tickets";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acknowledgeCallOut, handOverCallOut, takeCallOut } from "./call-out-acts.ts";
import { saveDutySettings, STANDARD_DUTY_SETTINGS } from "./duty-settings.ts";
import { type DutyDesk, type Got, openDutyDesk, rota, SECRET } from "./duty-test-desk.ts";
import { addOverride, lookAtCallOuts, saveRota } from "./rota-store.ts";
import type { Agent } from "@permanence/people";

let d: DutyDesk;
beforeEach(async () => {
  d = await openDutyDesk();
});
afterEach(() => d.close());

async function acknowledge(agent: Agent) {
  const [callOut] = await d.callOuts();
  const acting = { world: d.world, desk: d.desk, agent, callOutId: callOut!.call_out_id };
  const result = await d.db.transaction(d.deskId, (tx) => acknowledgeCallOut(tx, acting));
  await d.work();
  return result;
}

test("an urgent ticket pages who is on duty at once, again, then the next level, until somebody acknowledges", async () => {
  await d.open("urgent");
  expect(d.gateway.calls()).toEqual(["bob urgent"]);
  await d.pass(4);
  expect(d.gateway.calls()).toEqual([]);
  await d.pass(6);
  expect(d.gateway.calls()).toEqual(["bob urgent", "bob urgent", "carl urgent"]);
  expect(await acknowledge(d.people.carl)).toMatchObject({ state: "acknowledged", holderId: d.people.carl.id });
  await d.pass(20);
  // The notice is unproven for a quarter of an hour: whoever has the ticket is to call.
  expect(d.gateway.calls()).toEqual(["carl call-customer"]);
  await d.pass(11);
  expect(d.gateway.calls()).toEqual(["carl come-back"]);
});

test("whoever acknowledged has the ticket, and the customer hears who", async () => {
  const ticketId = await d.open("urgent");
  await acknowledge(d.people.bob);
  await acknowledge(d.people.bob); // Twice is once.
  const { mails, ticket } = await d.db.transaction(d.deskId, async (tx) => ({
    mails: await tx
      .selectFrom("outgoing_mail")
      .select(["subject", "purpose"])
      .where("ticket_id", "=", ticketId)
      .execute(),
    ticket: await tx.selectFrom("ticket").select("assignee_id").where("ticket_id", "=", ticketId).executeTakeFirst(),
  }));
  expect(mails.filter(({ purpose }) => purpose === "reply")).toEqual([
    { subject: "bob s’occupe de votre demande 1", purpose: "reply" },
  ]);
  expect(ticket).toEqual({ assignee_id: d.people.bob.id });
  expect(await acknowledge(d.people.carl)).toBe("acknowledged-already");
});

test("nothing comes after a reply but the next shift; a customer who writes again waits for no one", async () => {
  const ticketId = await d.open("urgent");
  await acknowledge(d.people.bob);
  await d.reply(ticketId, d.people.bob);
  d.gateway.calls();
  const toHandover = (new Date("2026-12-28T08:00:00Z").getTime() - d.clock.now()) / 60_000;
  d.clock.advance((toHandover - 1) * 60_000);
  await d.work();
  expect(d.gateway.calls().filter((call) => !call.includes("call-customer"))).toEqual([]);
  await d.pass(2);
  expect(d.gateway.calls()).toEqual(["anne handover"]);
  expect((await d.callOuts())[0]).toMatchObject({ state: "paging", holder_id: d.people.bob.id });
});

test("a ticket that is closed, or urgent no more, calls nobody", async () => {
  const ticketId = await d.open("urgent");
  await d.change(ticketId, (change) => closeTicket(change, "solved", "desk"));
  d.gateway.calls();
  await d.pass(12);
  expect(d.gateway.calls()).toEqual([]);
  expect((await d.callOuts()).map(({ state }) => state)).toEqual(["ended"]);
});

test("a ticket of high priority that nobody takes calls somebody outside working hours, and by day nobody", async () => {
  await d.open("high");
  await d.pass(119);
  expect(d.gateway.calls()).toEqual([]);
  await d.pass(2); // Christmas Day: nobody works.
  expect(d.gateway.calls()).toEqual(["bob high"]);
});

test("a page that reaches nobody is itself escalated, and told", async () => {
  d.gateway.broken.add("bob");
  await d.open("urgent");
  await d.work();
  expect(d.gateway.calls()).toEqual(["carl urgent"]);
  expect((await d.alerts()).map(({ kind }) => kind)).toContain("page-failed");
  for (const name of ["carl", "lead"]) d.gateway.broken.add(name);
  await d.pass(30);
  expect((await d.pages()).length).toBeLessThan(40); // No storm where everything is down.
});

test("a page in Standard Webhooks form, signed", async () => {
  await d.open("urgent");
  const [{ headers, body }] = d.gateway.got as [Got];
  const at = Number(headers["webhook-timestamp"]);
  expect(Math.abs(at * 1000 - d.clock.now())).toBeLessThan(1000);
  const verifier = new Webhook(SECRET);
  expect(verifier.sign(headers["webhook-id"]!, new Date(at * 1000), body)).toBe(headers["webhook-signature"]);
  expect(JSON.parse(body)).toMatchObject({
    type: "page.created",
    data: { title: "Urgent: ticket 1", ticket: { number: 1 } },
  });
});

test("a swap in the middle of it calls who is on duty now", async () => {
  await d.open("urgent");
  d.gateway.calls();
  const now = d.clock.now();
  await d.db.transaction(d.deskId, async (tx) => {
    const { anne, lead } = d.people;
    const span = { from: now, until: instant(now + 3_600_000) };
    await addOverride(
      tx,
      d.world,
      d.deskId,
      { rota: "urgent", level: 0, agentId: anne.id, ...span, swapId: null },
      lead.id,
    );
    await lookAtCallOuts(tx, d.deskId, now);
  });
  await d.work();
  expect(d.gateway.calls()).toEqual(["anne urgent"]);
});

test("a rota that is taken away leaves everybody who could act", async () => {
  await d.db.transaction(d.deskId, (tx) =>
    saveRota(tx, d.world, d.deskId, { name: "urgent", document: null, madeBy: d.people.lead.id }),
  );
  await d.open("urgent");
  expect(d.gateway.calls()).toEqual(["lead urgent"]);
});

test("a colleague may take it, and who is handed it is called", async () => {
  await d.open("urgent");
  await acknowledge(d.people.bob);
  const [{ call_out_id: callOutId } = { call_out_id: "" }] = await d.callOuts();
  const act = { world: d.world, desk: d.desk, callOutId };
  await d.db.transaction(d.deskId, (tx) => takeCallOut(tx, { ...act, agent: d.people.carl }));
  expect((await d.callOuts())[0]).toMatchObject({ holder_id: d.people.carl.id });
  d.gateway.calls();
  await d.db.transaction(d.deskId, (tx) => handOverCallOut(tx, { ...act, agent: d.people.carl }, d.people.anne.id));
  await d.work();
  expect(d.gateway.calls()).toEqual(["anne handed-over"]);
});

test("jobs that are doubled and killed send no page twice, and none is lost", async () => {
  await d.open("urgent");
  d.gateway.calls();
  let turn = 0;
  for (let minute = 0; minute < 20; minute++) {
    d.clock.advance(60_000);
    await d.duty.carryOn(d.deskId);
    await d.runJobs(() => (["killed", "doubled", "done"] as const)[turn++ % 3]!);
  }
  const ids = d.gateway.got.map(({ headers }) => headers["webhook-id"]!);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(4);
});

test("the day's canary is one page; nobody who acknowledges it is told", async () => {
  d.clock.jumpTo(instant(new Date("2026-12-29T09:00:00Z").getTime())); // 10.00 in Brussels.
  for (let i = 0; i < 3; i++) await d.duty.lookAhead(d.deskId);
  await d.work();
  expect(d.gateway.calls()).toEqual(["anne canary"]);
  expect((await acknowledge(d.people.anne)) as object).toMatchObject({ state: "ended" });
  d.clock.jumpTo(instant(new Date("2026-12-30T09:00:00Z").getTime()));
  await d.duty.lookAhead(d.deskId);
  await d.pass(61);
  expect(d.gateway.calls()).toEqual(["anne canary"]);
  expect((await d.alerts()).map(({ kind }) => kind)).toContain("canary-failed");
});

test("gaps ahead are told once", async () => {
  const { anne, bob } = d.people;
  const document = rota([[anne, bob]]);
  document.levels[0]![0]!.hours = "hours";
  await d.db.transaction(d.deskId, (tx) =>
    saveRota(tx, d.world, d.deskId, { name: "urgent", document, madeBy: bob.id }),
  );
  for (let i = 0; i < 3; i++) {
    await d.duty.lookAhead(d.deskId);
    d.clock.advance(60_000);
  }
  const gaps = (await d.alerts()).filter(({ kind }) => kind === "duty-gap");
  expect(gaps.length).toBe(new Set(gaps.map(({ subject }) => subject)).size);
  expect(gaps.length).toBeGreaterThan(1);
});

test("tickets that say the same are one call-out, and each of them is answered before it rests", async () => {
  const same = "Plus personne ne peut se connecter, erreur 503 sur la page de connexion";
  const first = await d.open("urgent", same);
  d.clock.advance(1_000);
  await d.open("urgent", `Bonjour, ${same}`);
  await d.open("urgent", "Nos contrats signés ont disparu des dossiers clients");
  expect(d.gateway.calls()).toEqual(["bob urgent", "bob urgent"]);
  expect((await d.callOuts()).length).toBe(2);
  await acknowledge(d.people.bob);
  await d.reply(first, d.people.bob);
  expect((await d.callOuts())[0]!.state).toBe("acknowledged"); // The second waits for a reply still.
});

test("at night an unknown sender whom the model alone believes is asked first, where a lead wants that", async () => {
  const quiet = { from: "22:00", until: "07:00", askAfter: 0 };
  await d.db.transaction(d.deskId, (tx) => saveDutySettings(tx, d.deskId, { ...STANDARD_DUTY_SETTINGS, quiet }));
  const believed = (by: "model" | "customer") => ({ by, suggested: "urgent" as const, confidence: 0.5, reasons: [] });
  const make = async (subject: string) => {
    const ticketId = await d.open("normal", subject);
    await d.change(ticketId, (change) => change.set({ priority: "urgent", triage: believed("model") }));
    return ticketId;
  };
  const ticketId = await make("Plus rien ne part du tout chez nous");
  expect(d.gateway.calls()).toEqual([]);
  expect((await d.callOuts()).map(({ state }) => state)).toEqual(["asking"]);
  await d.change(ticketId, (change) => change.set({ triage: believed("customer") })); // The link in the notice.
  expect(d.gateway.calls()).toEqual(["bob urgent"]);
  await make("Tous nos contrats ont disparu des dossiers");
  d.clock.advance(4 * 60 * 60_000); // Seven o'clock: the night is over.
  await d.work();
  expect(d.gateway.calls()).toContain("bob urgent");
});

test("a ticket that becomes urgent while it waits calls whoever is on duty for that; one that is lowered waits anew", async () => {
  const { anne, carl, lead } = d.people;
  await d.db.transaction(d.deskId, async (tx) => {
    const urgent = rota([[carl]], { priorities: ["urgent"] });
    await saveRota(tx, d.world, d.deskId, { name: "urgent", document: urgent, madeBy: lead.id });
    const high = rota([[anne]], { priorities: ["high"] });
    await saveRota(tx, d.world, d.deskId, { name: "high", document: high, madeBy: lead.id });
  });
  const ticketId = await d.open("high");
  expect(d.gateway.calls()).toEqual([]);
  await d.change(ticketId, (change) => change.set({ priority: "urgent" }));
  expect(d.gateway.calls()).toEqual(["carl urgent"]);
  await d.change(ticketId, (change) => change.set({ priority: "high" }));
  expect((await d.callOuts()).map(({ state, priority }) => `${priority} ${state}`).toSorted()).toEqual([
    "high waiting",
    "urgent ended",
  ]);
  await d.pass(119);
  expect(d.gateway.calls()).toEqual([]);
  await d.pass(2);
  expect(d.gateway.calls()).toEqual(["anne high"]);
});
