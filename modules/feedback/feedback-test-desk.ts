import { type Db, type DeskId, testDatabase, type Tx } from "@permanence/database";
import { type Clock, fromIso, newId, seededRandom, VirtualClock, type World } from "@permanence/kernel";
import { addAgent, applyDesk, type Customer, type Desk, deskOf, findOrMakeContact } from "@permanence/people";
import { TEMPLATES } from "@permanence/tickets";
import { propose } from "./customer-acts.ts";
import { tellNews } from "./news.ts";
import { changeState } from "./state-change.ts";
import { changeSuggestion, lockSuggestion } from "./suggestion-store.ts";
import type { SuggestionState } from "./suggestion-tables.ts";

// For tests: a desk on a real database, with customers who are signed in.

const DESK_YAML = `
slug: essai
name: Essai
languages: [fr, nl, en]
timeZone: Europe/Brussels
mailboxes: [{ address: aide@desk.example, name: Aide }]
company: { name: Essai SA }
calendars: { hours: { week: { mon: [["09:00", "18:00"]] } } }
workingCalendar: hours
policy:
  urgent: { target: 1 h, demands: delivered, waiting: 15 min }
  high: { target: 4 h, demands: presumed, waiting: 15 min }
  normal: { target: 24 h, demands: presumed, waiting: 15 min }
  low: { target: 24 h, demands: presumed, waiting: 15 min }
`;

/** Goes on by a millisecond whenever it is read, as a machine's clock may. */
function ticking(clock: VirtualClock): Clock {
  return {
    now: () => {
      clock.advance(1);
      return clock.now();
    },
    monotonicMs: () => clock.monotonicMs(),
  };
}

export type FeedbackDesk = Awaited<ReturnType<typeof openFeedbackDesk>>;

export async function openFeedbackDesk() {
  const { db, close } = await testDatabase();
  const clock = new VirtualClock(fromIso("2026-11-23T13:02:01Z")!);
  const world: World = {
    clock: ticking(clock),
    random: seededRandom("feedback"),
    site: { url: "https://aide.example" },
  };
  const applied = await applyDesk(db, world, { deskYaml: DESK_YAML, templates: [] }, TEMPLATES);
  if ("errors" in applied) throw new Error(JSON.stringify(applied.errors));
  const { deskId } = applied;
  const desk = await deskOf(db, deskId);
  const person = { email: "an@desk.example", name: "An Peeters", role: "agent" as const, language: "nl" };
  const agent = (await db.transaction(deskId, (tx) => addAgent(tx, world, deskId, person)))!;
  const inDesk = <T>(work: (tx: Tx) => Promise<T>) => db.transaction(deskId, work);
  return {
    ...{ db, clock, world, desk, deskId, agent, inDesk, close },
    customer: (name: string, language = "fr") => inDesk((tx) => customerOf(tx, world, desk, name, language)),
    /** What a customer proposes, approved unless it is said otherwise. */
    async suggest(customer: Customer, title: string, { text = title, approved = true } = {}): Promise<string> {
      const proposal = { about: "product" as const, title, text, language: customer.language, signed: false };
      const proposed = await inDesk((tx) => propose(tx, world, desk, customer, proposal));
      if (proposed === "too-many") throw new Error(proposed);
      const { id } = proposed;
      if (approved) {
        await inDesk(async (tx) =>
          changeSuggestion(tx, (await lockSuggestion(tx, deskId, id))!, { moderation: "approved" }),
        );
      }
      return id;
    },
    setState: (id: string, state: SuggestionState, reason: Record<string, string> | null = null) =>
      inDesk(async (tx) => {
        const row = (await lockSuggestion(tx, deskId, id))!;
        return changeState(tx, world, row, { state, reason, actor: `agent:${agent.id}` });
      }),
    /** Runs each job that news wait for, as often as it is asked for. */
    async tellAll(times = 1): Promise<void> {
      const news = await inDesk((tx) => tx.selectFrom("suggestion_news").select(["event_id", "contact_id"]).execute());
      for (let time = 0; time < times; time += 1) await Promise.all(news.map((each) => tell(db, world, deskId, each)));
    },
    mails: () => inDesk(readMails),
  };
}

const tell = (db: Db, world: World, deskId: DeskId, news: { event_id: string; contact_id: string }) =>
  tellNews(db, world, { deskId, eventId: news.event_id, contactId: news.contact_id });

async function customerOf(tx: Tx, world: World, desk: Desk, name: string, language: string): Promise<Customer> {
  const address = `${name.toLowerCase().replaceAll(/\W+/g, ".")}@agence.example`;
  const contact = await findOrMakeContact(tx, world, desk.deskId, { address, name, language });
  return {
    ...{ deskId: desk.deskId, contactId: contact.contactId, organisationId: null, organisationName: null },
    ...{ address, name, language, sessionHash: Buffer.from(newId(world)) },
  };
}

async function readMails(tx: Tx) {
  const rows = await tx
    .selectFrom("outgoing_mail as m")
    .innerJoin("blob as b", (join) => join.onRef("b.desk_id", "=", "m.desk_id").onRef("b.sha256", "=", "m.mime_sha256"))
    .select(["m.to_address as to", "m.subject", "b.bytes"])
    .where("m.purpose", "=", "suggestion")
    .orderBy("m.to_address")
    .orderBy("m.outgoing_mail_id")
    .execute();
  return rows.map(({ bytes, ...mail }) => ({
    ...mail,
    raw: bytes.toString().replaceAll("=\r\n", "").replaceAll("=3D", "="),
  }));
}
