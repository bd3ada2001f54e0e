import { addAgent, type Agent } from "@permanence/people";
import { afterEach, beforeEach, expect, test } from "vitest";
import { askForActions, runIncidentAction } from "./incident-actions.ts";
import { joinMeToo } from "./incident-me-too.ts";
import { offerIncidents } from "./incident-offers.ts";
import { addUpdate, changeIncident, joinIncident, lockIncident } from "./incident-store.ts";
import { readIncidents, readWholeIncident } from "./incident-view.ts";
import { mail, openTestDesk, type TestDesk } from "./ticket-test-desk.ts";

let desk: TestDesk;
let agent: Agent;
beforeEach(async () => {
  desk = await openTestDesk();
  desk.world.site = { url: "https://aide.example" };
  const person = { email: "an@desk.example", name: "An", role: "lead" as const, language: "fr" };
  agent = (await desk.db.transaction(desk.deskId, (tx) => addAgent(tx, desk.world, desk.deskId, person)))!;
});
afterEach(() => desk.close());

const OUTAGE = "La page de connexion affiche une erreur 503, personne ne peut se connecter au logiciel.";
let sent = 0;
const write = (text: string, subject = "Connexion impossible") =>
  desk.receive(mail({ text, subject, id: `i${++sent}@agence.example`, from: `a${sent}@agence${sent}.example` }));
const inDesk = <T>(work: Parameters<typeof desk.db.transaction<T>>[1]) => desk.db.transaction(desk.deskId, work);
const listed = () => inDesk((tx) => readIncidents(tx, desk.deskId));
const offer = () => offerIncidents(desk.db, desk.world, desk.deskId);

async function running(): Promise<string> {
  for (let i = 0; i < 5; i++) await write(OUTAGE);
  await offer();
  const [{ id } = { id: "" }] = await listed();
  await inDesk(async (tx) => {
    const incident = (await lockIncident(tx, desk.deskId, id))!;
    const title = { fr: "Connexion en panne", nl: "Inloggen ligt plat" };
    await changeIncident(tx, incident, { state: "running", title, is_public: true, accepted_at: desk.clock.now() });
    await addUpdate(tx, desk.world, desk.deskId, id, {
      kind: "begun",
      text: { fr: "Nous cherchons." },
      madeBy: agent.id,
    });
  });
  return id;
}

async function noticeTextOf(ticketId: string | null): Promise<string> {
  const row = await inDesk((tx) =>
    tx
      .selectFrom("outgoing_mail as m")
      .innerJoin("blob as b", (join) =>
        join.onRef("b.desk_id", "=", "m.desk_id").onRef("b.sha256", "=", "m.mime_sha256"),
      )
      .select("b.bytes")
      .where("m.ticket_id", "=", ticketId)
      .where("m.purpose", "=", "notice")
      .executeTakeFirstOrThrow(),
  );
  return row.bytes.toString().replaceAll("=\r\n", "");
}

test("many similar tickets are offered as one incident, once; others stay out, and later ones join", async () => {
  for (let i = 0; i < 4; i++) await write(`Bonjour, ${OUTAGE}`);
  await write("Comment changer le logo de nos fiches ? Merci.", "Question sur le logo");
  await offer();
  expect(await listed()).toEqual([]);
  await write(OUTAGE, "Plus de connexion");
  await Promise.all([offer(), offer()]);
  expect(await listed()).toMatchObject([{ state: "offered", tickets: 5, isPublic: false }]);
  await write(OUTAGE);
  await offer();
  expect(await listed()).toMatchObject([{ tickets: 6 }]);
});

test("what was dismissed is not offered again", async () => {
  for (let i = 0; i < 5; i++) await write(OUTAGE);
  await offer();
  await inDesk(async (tx) => {
    const [{ id } = { id: "" }] = await readIncidents(tx, desk.deskId);
    await changeIncident(tx, (await lockIncident(tx, desk.deskId, id))!, { state: "dismissed" });
  });
  await offer();
  expect(await listed()).toEqual([]);
});

test("while it runs, similar tickets join, and their notices say so in the reader's language", async () => {
  await running();
  const { ticket_id: alike } = await write(OUTAGE);
  const { ticket_id: other } = await write("Comment changer le logo de nos fiches ? Merci.", "Question sur le logo");
  expect(await noticeTextOf(alike)).toMatch(
    /Connexion en panne.*Nous cherchons.*https:\/\/aide\.example\/status\/essai/,
  );
  expect(await noticeTextOf(other)).not.toContain("Connexion en panne");
  expect(await listed()).toMatchObject([{ tickets: 6 }]);
});

test("one reply goes to all, each once, in the reader's language; and closing closes what is open", async () => {
  const id = await running();
  const reply = { fr: "C’est rétabli.", nl: "Het is hersteld." };
  const asked = await inDesk((tx) =>
    askForActions(tx, desk.world, desk.deskId, id, { reply, closes: true, madeBy: agent.id }),
  );
  expect(asked).toBe(5);
  const actions = await inDesk((tx) => tx.selectFrom("incident_action").select(["action_id", "ticket_id"]).execute());
  for (const { action_id: actionId, ticket_id: ticketId } of [...actions, ...actions])
    await runIncidentAction(desk.db, desk.world, { deskId: desk.deskId, actionId, ticketId });
  const whole = (await inDesk((tx) => readWholeIncident(tx, desk.deskId, id)))!;
  expect(whole.actions).toEqual({ waiting: 0, done: 5, failed: 0 });
  expect(whole.joined.map(({ state }) => state)).toEqual(Array(5).fill("closed"));
  const replies = await inDesk((tx) => tx.selectFrom("message").select("text").where("kind", "=", "agent").execute());
  expect(replies.map(({ text }) => text)).toEqual(Array(5).fill("C’est rétabli."));
});

test("whoever has the same trouble says so without writing, once; what is over counts nobody", async () => {
  const id = await running();
  const meToo = (address: string) =>
    inDesk((tx) => joinMeToo(tx, desk.world, desk.desk, id, { address, language: "nl" }));
  const number = await meToo("moi@agence.example");
  expect(await meToo("moi@agence.example")).toBe(number);
  expect(await meToo("aide@desk.example")).toBe("not-welcome");
  expect(await listed()).toMatchObject([{ tickets: 6 }]);
  const ticket = await inDesk((tx) =>
    tx
      .selectFrom("ticket")
      .selectAll()
      .where("number", "=", number as number)
      .executeTakeFirstOrThrow(),
  );
  expect(ticket).toMatchObject({ source: "form", subject: "Inloggen ligt plat", language: "nl" });
  expect(await noticeTextOf(ticket.ticket_id)).toContain(String(number));
  const few = {
    ...desk.desk,
    settings: { ...desk.desk.settings, caps: { ...desk.desk.settings.caps, ticketsPerDomainAndHour: 1 } },
  };
  const another = { address: "autre@agence.example", language: "fr" };
  expect(await inDesk((tx) => joinMeToo(tx, desk.world, few, id, another))).toBe("too-many");
  await inDesk(async (tx) => changeIncident(tx, (await lockIncident(tx, desk.deskId, id))!, { state: "resolved" }));
  expect(await meToo("autre@agence.example")).toBe("not-running");
});

test("a ticket is of one incident at a time", async () => {
  const id = await running();
  const [ticket] = (await inDesk((tx) => readWholeIncident(tx, desk.deskId, id)))!.joined;
  const joined = await inDesk((tx) => joinIncident(tx, desk.world, desk.deskId, id, [ticket!.id], "agent"));
  expect(joined).toBe(0);
});
