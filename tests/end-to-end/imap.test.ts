import { afterAll, beforeAll, expect, test } from "vitest";
import type { InboundMail, Message, OutgoingMail, Ticket } from "../harness/api-types.ts";
import { Dovecot } from "../harness/dovecot.ts";
import { connectMailbox } from "../harness/imap-desk.ts";
import { Installation } from "../harness/installation.ts";
import { plainMail } from "../harness/mails.ts";
import { eventually } from "../harness/patience.ts";

// Mail fetched from a real Dovecot. What goes wrong on the way is tried in imap-trouble.long.test.ts.

const ADDRESS = "helpdesk@whise.eu";
const TAKEN = ".Permanence.Taken";

let dovecot: Dovecot | undefined;
let desk: Installation | undefined;
beforeAll(async () => {
  if (!Dovecot.isInstalled) return;
  dovecot = await Dovecot.start([{ address: ADDRESS, password: "secret" }]);
  desk = await Installation.start({ environment: { PERMANENCE_IMAP_PASSWORD_HELPDESK_WHISE_EU: "secret" } });
});
afterAll(async () => {
  await desk?.remove();
  await dovecot?.remove();
});

test("what is in the mailbox from the date on becomes tickets, received when the server received it", async (context) => {
  if (!desk || !dovecot) return context.skip("needs root and Dovecot");
  const [mailbox, api] = [dovecot, await desk.api()];
  const receivedAt = Date.parse("2026-11-24T07:30:00Z");
  mailbox.put(
    ADDRESS,
    plainMail({ from: "old@agence.example", subject: "trop ancien" }),
    Date.parse("2026-11-20T12:00:00Z"),
  );
  const raw = plainMail({ from: "anne@agence.example", subject: "hier", headers: [] });
  const withPath = Buffer.concat([Buffer.from("Return-Path: <anne@agence.example>\r\n"), raw]);
  mailbox.put(ADDRESS, withPath, receivedAt);
  await connectMailbox(desk, mailbox, { address: ADDRESS, since: "2026-11-24", takenFolder: "Permanence/Taken" });
  await eventually(async () => (await api.all<InboundMail>("/inbound-mails")).some(({ kind }) => kind !== null));
  const [mail, ...others] = await api.all<InboundMail>("/inbound-mails");
  expect(others).toEqual([]);
  expect(mail).toMatchObject({ kind: "ticket", envelopeFrom: "anne@agence.example", to: [ADDRESS] });
  expect(Date.parse(mail!.receivedAt)).toBe(receivedAt);
  expect((await api.bytes(`/inbound-mails/${mail!.id}/raw`)).equals(withPath)).toBe(true);
  const ticket = await api.get<Ticket>(`/tickets/${mail!.ticketId}`);
  expect(Date.parse(ticket.clocks[0]!.startedAt)).toBe(receivedAt);
  await eventually(() => mailbox.filesIn(ADDRESS, TAKEN).length === 1);
  expect(mailbox.filesIn(ADDRESS)).toHaveLength(1);
  const { items } = await api.get<{ items: unknown[] }>("/mailboxes");
  expect(items[0]).toMatchObject({ address: ADDRESS, kind: "imap", state: "connected", error: null });
});

test("older mail comes as history on demand: closed, without clock or notice, and what answers it is a new ticket", async (context) => {
  if (!desk || !dovecot) return context.skip("needs root and Dovecot");
  const [mailbox, api] = [dovecot, await desk.api("admin")];
  const from = "lena@kantoor.example";
  const put = (day: string, mail: Parameters<typeof plainMail>[0]) =>
    mailbox.put(ADDRESS, plainMail(mail), Date.parse(`2026-11-${day}T09:00:00Z`));
  const follows = (id: string) => [`In-Reply-To: <${id}>`, `References: <${id}>`];
  put("02", { from, subject: "oude vraag", messageId: "vraag@kantoor.example", language: "nl" });
  const answer = { from: ADDRESS, to: from, messageId: "antwoord@whise.example" };
  put("03", { ...answer, subject: "Re: oude vraag", headers: follows("vraag@kantoor.example") });
  put("04", { from, subject: "Re: oude vraag", headers: follows("antwoord@whise.example"), language: "nl" });
  const before = await api.all<InboundMail>("/inbound-mails");
  await connectMailbox(desk, mailbox, { address: ADDRESS, since: "2026-11-24", takenFolder: "Permanence/Taken" });

  const contents = await api.get(`/mailboxes/${ADDRESS}/contents?from=2026-11-04`);
  expect(contents).toMatchObject({ messages: 4, older: 2, wouldTake: { messages: 2, tooLarge: 0 } });
  const choose = (body: object) => api.fetch("PUT", `/mailboxes/${ADDRESS}/taking`, body);
  expect((await choose({ from: "2026-11-25", historyFrom: null })).status).toBe(422);
  expect((await choose({ from: null, historyFrom: "2026-11-24" })).status).toBe(422);
  expect((await choose({ from: null, historyFrom: "2026-11-01" })).status).toBe(204);

  const importedMails = async () =>
    (await api.all<InboundMail>("/inbound-mails")).filter(
      ({ id, kind }) => kind !== null && !before.some((mail) => mail.id === id),
    );
  await eventually(async () => (await importedMails()).length === 4);
  const history = (await api.all<Ticket>("/tickets?state=all")).filter(({ source }) => source === "history");
  expect(history.map(({ subject }) => subject).toSorted((a, b) => a.localeCompare(b))).toEqual([
    "oude vraag",
    "trop ancien",
  ]);
  for (const { state, clocks } of history) expect([state, clocks]).toEqual(["closed", []]);
  const ticket = history.find(({ subject }) => subject === "oude vraag")!;
  const messages = await api.all<Message>(`/tickets/${ticket.id}/messages`);
  expect(messages.map(({ kind, at }) => [kind, at.slice(0, 10)])).toEqual([
    ["customer", "2026-11-02"],
    ["agent", "2026-11-03"],
    ["customer", "2026-11-04"],
  ]);
  expect((await api.all<OutgoingMail>("/outgoing-mails")).filter(({ to }) => to === from)).toEqual([]);
  expect(mailbox.filesIn(ADDRESS).filter((name) => /,S/.test(name))).toEqual([]);
  await eventually(async () => {
    const { items } = await api.get<{ items: { history: unknown }[] }>("/mailboxes");
    return JSON.stringify(items[0]!.history) === '{"from":"2026-10-31T23:00:00.000Z","imported":4,"done":true}';
  });

  const reply = (kind: string) => api.fetch("POST", `/tickets/${ticket.id}/messages`, { kind, text: "…" });
  expect([(await reply("agent")).status, (await reply("note")).status]).toEqual([409, 201]);
  put("26", { from, subject: "Re: oude vraag", headers: follows("antwoord@whise.example"), language: "nl" });
  await eventually(async () => (await importedMails()).length === 5);
  const live = (await api.all<Ticket>("/tickets")).find(({ contact }) => contact.address === from);
  expect(live).toMatchObject({ source: "mail", linkedTicket: { id: ticket.id } });
  expect(live!.clocks[0]!.target).toBe("response");
});
