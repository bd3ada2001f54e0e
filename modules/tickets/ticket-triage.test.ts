import type { Tx } from "@permanence/database";
import { addAgent, type Agent } from "@permanence/people";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Acting, changePriority, confirmPriority } from "./agent-actions.ts";
import { openTicketChange, type TicketChange } from "./ticket-change.ts";
import { mail, openTestDesk, type TestDesk } from "./ticket-test-desk.ts";

const OUTAGE = {
  subject: "Plus rien ne fonctionne",
  text: "Plus personne ne peut se connecter, toute l’agence est à l’arrêt et il n’y a aucun contournement.",
};
const QUESTION = { subject: "Question", text: "Bonjour, comment puis-je changer le logo de nos fiches ? Merci." };

let desk: TestDesk;
let agent: Agent;
beforeEach(async () => {
  desk = await openTestDesk();
  const person = { email: "an@desk.example", name: "An", role: "agent" as const, language: "fr" };
  agent = (await desk.db.transaction(desk.deskId, (tx) => addAgent(tx, desk.world, desk.deskId, person)))!;
});
afterEach(() => desk.close());

async function ticketOf(ticketId: string | null) {
  return desk.db.transaction(desk.deskId, async (tx) => {
    const ticket = await tx
      .selectFrom("ticket")
      .selectAll()
      .where("ticket_id", "=", ticketId!)
      .executeTakeFirstOrThrow();
    const mails = tx.selectFrom("outgoing_mail").select("subject").where("ticket_id", "=", ticketId);
    const events = tx.selectFrom("ticket_event").select(["type", "actor", "data"]).where("ticket_id", "=", ticketId);
    return { ticket, mails: await mails.execute(), events: await events.orderBy("sequence").execute() };
  });
}

async function asAgent(ticketId: string, act: (acting: Acting, tx: Tx, change: TicketChange) => Promise<void>) {
  await desk.db.transaction(desk.deskId, async (tx) => {
    const change = (await openTicketChange(tx, desk.world, desk.deskId, ticketId))!;
    await act({ world: desk.world, desk: desk.desk, agent }, tx, change);
    change.save(tx);
  });
}
const confirm = (ticketId: string) => asAgent(ticketId, (acting, tx, change) => confirmPriority(tx, acting, change));
const lower = (ticketId: string) =>
  asAgent(ticketId, (acting, tx, change) => changePriority(tx, acting, change, { priority: "low", reason: "Non." }));

describe("a new mail has the priority that its words speak for, with the reasons", () => {
  test.each([
    ["an outage", OUTAGE, "urgent", false],
    ["a question", QUESTION, "low", false],
    ["no words", { subject: "...", text: "..." }, "normal", true],
  ] as const)("%s", async (_, words, priority, toBeClassified) => {
    const { ticket_id } = await desk.receive(mail(words));
    const { ticket, events } = await ticketOf(ticket_id);
    expect(ticket).toMatchObject({ priority, to_be_classified: toBeClassified, triage: { by: "model" } });
    expect(ticket.triage!.reasons.length).toBeGreaterThan(0);
    expect(events[0]!.data).toMatchObject({ priority, triage: { by: "model", toBeClassified } });
    expect(JSON.stringify(events[0]!.data)).not.toContain("contournement"); // The chain quotes nobody.
  });
});

test("each message is judged: a later one that looks urgent raises, tells the customer, and nothing lowers", async () => {
  const { ticket_id } = await desk.receive(mail(QUESTION));
  const { ticket } = await ticketOf(ticket_id);
  const to = `aide+t-${ticket.reply_token}@desk.example`;
  await desk.receive(mail({ ...OUTAGE, id: "m2@agence.example", to }), to);
  const raised = await ticketOf(ticket_id);
  expect(raised.ticket).toMatchObject({ priority: "urgent", triage: { by: "model", suggested: "urgent" } });
  expect(raised.mails.map(({ subject }) => subject).filter((subject) => /priorité/.test(subject)).length).toBe(1);
  await desk.receive(mail({ ...QUESTION, id: "m3@agence.example", to }), to);
  expect((await ticketOf(ticket_id)).ticket.priority).toBe("urgent");
});

test("an agent's word stands, until the customer's words look urgent again", async () => {
  const { ticket_id } = await desk.receive(mail(OUTAGE));
  await lower(ticket_id!);
  expect((await ticketOf(ticket_id)).ticket).toMatchObject({ priority: "low", triage: { by: "agent" } });
  const { ticket } = await ticketOf(ticket_id);
  const to = `aide+t-${ticket.reply_token}@desk.example`;
  await desk.receive(mail({ subject: "Re", text: "Une partie des photos manque.", id: "m2@agence.example", to }), to);
  expect((await ticketOf(ticket_id)).ticket.priority).toBe("low");
  await desk.receive(mail({ ...OUTAGE, id: "m3@agence.example", to }), to);
  expect((await ticketOf(ticket_id)).ticket.priority).toBe("urgent");
});

test("a confirmation tells nobody, and the desk learns of it", async () => {
  const words = { subject: "zxqv", text: "Zxqv wklm brtz." };
  const { ticket_id } = await desk.receive(mail(words));
  const before = await ticketOf(ticket_id);
  expect(before.ticket.to_be_classified).toBe(true);
  await confirm(ticket_id!);
  const after = await ticketOf(ticket_id);
  expect(after.ticket).toMatchObject({ to_be_classified: false, triage: { by: "agent" } });
  expect(after.mails).toEqual(before.mails);
  for (let i = 2; i < 8; i++) {
    const { ticket_id: next } = await desk.receive(
      mail({ ...words, id: `m${i}@agence.example`, from: `x@a${i}.example` }),
    );
    await asAgent(next!, (acting, tx, change) =>
      changePriority(tx, acting, change, { priority: "high", reason: "Oui." }),
    );
  }
  const { ticket_id: last } = await desk.receive(mail({ ...words, id: "m9@agence.example", from: "x@a9.example" }));
  expect((await ticketOf(last)).ticket.priority).toBe("high");
});

test("the notice carries the link that says that work has stopped, but for what is urgent", async () => {
  desk.world.site = { url: "https://aide.example" };
  const { ticket_id: question } = await desk.receive(mail(QUESTION));
  const { ticket_id: outage } = await desk.receive(mail({ ...OUTAGE, id: "m2@agence.example" }));
  const textOf = async (ticketId: string | null) => {
    return desk.db.transaction(desk.deskId, async (tx) => {
      const row = await tx
        .selectFrom("outgoing_mail as m")
        .innerJoin("blob as b", (join) =>
          join.onRef("b.desk_id", "=", "m.desk_id").onRef("b.sha256", "=", "m.mime_sha256"),
        )
        .select("b.bytes")
        .where("m.ticket_id", "=", ticketId)
        .executeTakeFirstOrThrow();
      return row.bytes.toString();
    });
  };
  const link = /https:\/\/aide\.example\/stopped\/essai\/\d+\/[a-z2-7]{32}/;
  expect((await textOf(question)).replaceAll("=\r\n", "")).toMatch(link);
  expect((await textOf(outage)).replaceAll("=\r\n", "")).not.toMatch(link);
});
