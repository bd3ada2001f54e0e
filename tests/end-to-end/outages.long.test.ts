import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.ts";
import type { InboundMail, List, OutgoingMail, OutgoingMailWhole, Ticket } from "../harness/api-types.ts";
import { Installation } from "../harness/installation.ts";
import { MailLoad } from "../harness/mail-load.ts";
import { headerOf, plainMail } from "../harness/mails.ts";
import { eventually, onThisMachine } from "../harness/patience.ts";
import { type Behaviour, RelaySink } from "../harness/relay-sink.ts";
import { sendMail } from "../harness/smtp-session.ts";

let sink: RelaySink;
let desk: Installation;
let api: ApiClient;

beforeAll(async () => {
  sink = await RelaySink.start();
  desk = await Installation.start({ environment: { PERMANENCE_SMTP_RELAY: sink.url, PERMANENCE_CAPS: "off" } });
  api = await desk.api();
});
afterAll(async () => {
  await desk?.remove();
  await sink?.close();
});

test("a relay that refuses for good: the notice failed, the agent sees why, and the clock runs on", async () => {
  sink.behaviourTo.set("refused@agence.be", "refuse");
  const ticket = await register("refused@agence.be");
  const notice = await eventually(() => noticeOf(ticket, "failed"));
  expect(notice.evidence).toMatchObject([{ rung: "failed", source: "relay" }]);
  const [clock] = (await api.get<Ticket>(`/tickets/${ticket.id}`)).clocks;
  expect(clock).toMatchObject({ outcome: "running", stoppedAt: null, receipt: null });
});

test("a relay that is ill and recovers: notices are tried again, under one Message-ID, until they are taken once", async () => {
  const illnesses: Behaviour[] = ["defer", "die-in-data", "die-before-answer"];
  const tickets = await Promise.all(
    illnesses.map((illness) => {
      sink.behaviourTo.set(`${illness}@agence.be`, illness);
      return register(`${illness}@agence.be`);
    }),
  );
  for (const ticket of tickets) await awaitAttempt(ticket);

  sink.behaviourTo.clear();
  for (const ticket of tickets) {
    await eventually(() => noticeOf(ticket, "sent"), { withinMs: 60_000, everyMs: 250 });
    const [once, ...again] = sink.takenFor(ticket.contact.address);
    expect(again).toEqual([]);
    const notice = await api.get<OutgoingMailWhole>(`/outgoing-mails/${(await noticeOf(ticket, "sent"))!.id}`);
    expect(headerOf(once!.raw, "Message-ID")).toBe(notice.headers.messageId);
  }
});

test("a relay that is down and comes back gets the notice once", async () => {
  await sink.close();
  const ticket = await register("down@agence.be");
  await awaitAttempt(ticket);
  await sink.open();
  await eventually(() => noticeOf(ticket, "sent"), { withinMs: 60_000, everyMs: 250 });
  expect(sink.takenFor("down@agence.be")).toHaveLength(1);
});

test("a slow relay holds up neither intake nor registration", async () => {
  sink.behaviour = "slow";
  const before = sink.taken.length;
  await Promise.all(Array.from({ length: 30 }, (_, number) => register(`slow-${number}@agence.be`)));
  const ticket = await register("anne@agence.be", { withinMs: onThisMachine(2_000) });
  expect(ticket.state).toBe("new");
  sink.behaviour = "take";
  await eventually(() => sink.taken.length === before + 31, { withinMs: 60_000, what: "all notices" });
});

test("the database is restarted under load: senders are asked to try again, nothing is lost or doubled", async () => {
  const load = new MailLoad(desk.smtp, { prefix: "restart", senders: 4, pauseMs: 20 });
  for (let restart = 1; restart <= 2; restart++) {
    const before = load.accepted.length;
    await eventually(() => load.accepted.length >= before + 10, { withinMs: 30_000 });
    process.kill(desk.postgresPid()!, "SIGINT"); // A fast shutdown, as an administrator's restart would make it.
    await eventually(() => load.accepted.length >= before + 20, { withinMs: 30_000, what: "mail after the restart" });
  }
  const accepted = await load.stop();

  expect([...load.refusals.keys()].filter((code) => code >= 500)).toEqual([]);
  const subjects = accepted.map(({ subject }) => subject).toSorted();
  const notices = () => sink.taken.filter(({ to }) => to.startsWith("restart-"));
  await eventually(() => notices().length === subjects.length, { withinMs: 60_000, what: "all notices" });
  const tickets = (await api.all<Ticket>("/tickets?state=all")).map(({ subject }) => subject);
  expect(tickets.filter((subject) => subject.startsWith("restart ")).toSorted()).toEqual(subjects);
  expect((await api.all<InboundMail>("/inbound-mails")).filter(({ kind }) => kind === null)).toEqual([]);
});

async function register(from: string, { withinMs = 10_000 } = {}): Promise<Ticket> {
  const subject = `Question de ${from}`;
  const reply = await sendMail(desk.smtp, { from, to: "helpdesk@whise.eu", raw: plainMail({ from, subject }) });
  expect(reply.code).toBe(250);
  return await eventually(
    async () =>
      (await api.get<List<Ticket>>("/tickets?order=newest&limit=200")).items.find(
        (ticket) => ticket.subject === subject,
      ),
    { withinMs },
  );
}

/** The notice was tried in vain, and waits for its next time. */
async function awaitAttempt(ticket: Ticket): Promise<void> {
  const waiting = await eventually(
    async () => {
      const notice = await noticeOf(ticket, "queued");
      return notice && notice.lastError !== null && notice;
    },
    { what: "a first attempt" },
  );
  expect(waiting.evidence).toEqual([]);
}

async function noticeOf(ticket: Ticket, state: OutgoingMail["state"]): Promise<OutgoingMail | undefined> {
  const { items } = await api.get<List<OutgoingMail>>(`/outgoing-mails?ticketId=${ticket.id}&purpose=notice`);
  return items.find((mail) => mail.state === state);
}
