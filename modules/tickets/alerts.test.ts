import { addAgent, type Role } from "@permanence/people";
import { afterAll, beforeEach, expect, test } from "vitest";
import { mailAlerts } from "./alert-mail.ts";
import { alertOfClock, alertOfMailboxes, alertOfRelay, alertOfWarning } from "./alert-sources.ts";
import { listAlerts } from "./alert-store.ts";
import { foldDueClocks } from "./clock-sweep.ts";
import { mail, openTestDesk, type TestDesk } from "./ticket-test-desk.ts";

const MINUTE_MS = 60_000;
const PROMISES = `
targets:
  firstReply: { by: { urgent: { target: 1 h }, high: { target: 2 h }, normal: { target: 10 h }, low: { target: 9 h } } }
warnings: { at: [50, 80], tell: [80] }
`;

let desk: TestDesk;
beforeEach(async () => {
  await desk?.close();
  desk = await openTestDesk(PROMISES);
  await addPerson("lead", "An", "nl");
  await addPerson("admin", "Bo", "fr");
  await addPerson("agent", "Cé", "fr");
});
afterAll(() => desk.close());

function addPerson(role: Role, name: string, language: string) {
  const email = `${role}@desk.example.org`;
  return desk.db.transaction(desk.deskId, (tx) =>
    addAgent(tx, desk.world, desk.deskId, { email, name, role, language }),
  );
}

const send = () => mailAlerts(desk.db, desk.world, desk.deskId, "https://desk.example/alerts");
const alerts = () => desk.db.transaction(desk.deskId, (tx) => listAlerts(tx, desk.deskId, 100));

async function mailed(): Promise<string[]> {
  const rows = await desk.db.transaction(desk.deskId, (tx) =>
    tx
      .selectFrom("outgoing_mail")
      .select(["to_address", "subject"])
      .where("purpose", "=", "alert")
      .orderBy("created_at")
      .orderBy("to_address")
      .execute(),
  );
  return rows.map(({ to_address, subject }) => `${to_address.split("@")[0]}: ${subject}`);
}

async function newTicket(): Promise<string> {
  return (await desk.receive(mail({}))).ticket_id!;
}

async function failNotice(ticketId: string): Promise<void> {
  const notice = await desk.db.transaction(desk.deskId, (tx) =>
    tx
      .selectFrom("outgoing_mail")
      .select("outgoing_mail_id")
      .where("ticket_id", "=", ticketId)
      .executeTakeFirstOrThrow(),
  );
  await desk.learn(notice.outgoing_mail_id, "handed-over");
  await desk.learn(notice.outgoing_mail_id, "failed");
}

test("a notice that did not arrive is told to leads and admins, each in their language, once", async () => {
  const ticketId = await newTicket();
  await failNotice(ticketId);
  await failNotice(ticketId);
  await Promise.all([send(), send(), send()]);
  await send();
  expect(await mailed()).toEqual([
    "admin: Essai : L’accusé du ticket 1 “Le filtre de la liste oublie notre choix” n’est pas arrivé : son horloge court.",
    "lead: Essai: De melding van ticket 1 “Le filtre de la liste oublie notre choix” is niet aangekomen: de klok loopt.",
  ]);
  expect(await alerts()).toMatchObject([{ kind: "notice-failed", subject: ticketId, seen_at: null }]);
});

test("the policy's share and the breach are told, to whom the ticket is with too", async () => {
  const ticketId = await newTicket();
  const agent = await desk.db.transaction(desk.deskId, (tx) =>
    tx.selectFrom("agent").select("agent_id").where("role", "=", "agent").executeTakeFirstOrThrow(),
  );
  await desk.db.transaction(desk.deskId, (tx) =>
    tx.updateTable("ticket").set({ assignee_id: agent.agent_id }).where("ticket_id", "=", ticketId).execute(),
  );
  const sweep = () => foldDueClocks(desk.db, desk.world, desk.deskId, alertOfWarning);
  desk.clock.advance(6 * 60 * MINUTE_MS);
  await sweep();
  await send();
  expect(await mailed()).toEqual([]); // Half of it is for the queue only.
  desk.clock.advance(3 * 60 * MINUTE_MS);
  await sweep();
  await sweep();
  await send();
  expect(await mailed()).toEqual([
    expect.stringMatching(/^admin: .*80\s%/),
    expect.stringMatching(/^agent: .*80\s%/),
    expect.stringMatching(/^lead: .*80\s%/),
  ]);
  desk.clock.advance(2 * 60 * MINUTE_MS);
  await sweep();
  await send();
  expect((await mailed()).slice(3)).toEqual([
    expect.stringContaining("en retard"),
    expect.stringContaining("en retard"),
    expect.stringContaining("te laat"),
  ]);
});

test("of one kind a mail at a time: the first at once, what follows gathered", async () => {
  await failNotice(await newTicket());
  await send();
  for (const n of [2, 3, 4])
    await failNotice((await desk.receive(mail({ id: `${n}@a.example`, from: `n${n}@a.example` }))).ticket_id!);
  desk.clock.advance(MINUTE_MS);
  await send();
  expect(await mailed()).toHaveLength(2);
  desk.clock.advance(5 * MINUTE_MS);
  await send();
  expect((await mailed()).slice(2)).toEqual(["admin: Essai : 3 alertes", "lead: Essai: 3 meldingen"]);
});

test("a mailbox that fails for minutes is told to admins alone; mended, it is no alert any more", async () => {
  const failing = (since: number | null) =>
    desk.db.transaction(desk.deskId, async (tx) => {
      const { mailbox_id } = await tx
        .selectFrom("mailbox")
        .select("mailbox_id")
        .where("address", "=", "info@desk.example")
        .executeTakeFirstOrThrow();
      const error =
        since === null ? { error: null, error_since: null } : { error: "No token.", error_since: desk.clock.now() };
      await tx
        .insertInto("imap_mailbox")
        .values({
          desk_id: desk.deskId,
          mailbox_id,
          source: "",
          uid_validity: 1,
          last_uid: 0,
          take_from: desk.clock.now(),
          ...error,
        })
        .onConflict((conflict) => conflict.columns(["desk_id", "mailbox_id"]).doUpdateSet(error))
        .execute();
    });
  const look = () => alertOfMailboxes(desk.db, desk.world, desk.deskId);
  await failing(0);
  await look();
  expect(await alerts()).toEqual([]);
  desk.clock.advance(4 * MINUTE_MS);
  await look();
  await look();
  await send();
  expect(await mailed()).toEqual([expect.stringMatching(/^admin: .*info@desk\.example/)]);
  await failing(null);
  await look();
  expect(await alerts()).toMatchObject([{ kind: "mailbox-failing", seen_at: desk.clock.now(), seen_by: null }]);
});

test("a clock that cannot be believed stands open until it can", async () => {
  await alertOfClock(desk.db, desk.world, desk.deskId, "It jumped.");
  await alertOfClock(desk.db, desk.world, desk.deskId, "It jumped again.");
  expect((await alerts()).map(({ seen_at }) => seen_at)).toEqual([null]);
  await alertOfClock(desk.db, desk.world, desk.deskId, null);
  expect((await alerts()).map(({ seen_at }) => seen_at)).toEqual([desk.clock.now()]);
});

test("a relay that is away for minutes stands open on the page until it is back", async () => {
  const since = desk.clock.now();
  const look = (trouble: Parameters<typeof alertOfRelay>[3]) => alertOfRelay(desk.db, desk.world, desk.deskId, trouble);
  await look({ since, reason: "ECONNREFUSED" });
  expect(await alerts()).toEqual([]);
  desk.clock.advance(3 * MINUTE_MS);
  await look({ since, reason: "ECONNREFUSED" });
  await look({ since, reason: "ECONNREFUSED" });
  expect(await alerts()).toMatchObject([{ kind: "relay-away", detail: { reason: "ECONNREFUSED" }, seen_at: null }]);
  await look(null);
  expect((await alerts()).map(({ seen_at }) => seen_at)).toEqual([desk.clock.now()]);
});
