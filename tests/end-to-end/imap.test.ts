import { afterAll, beforeAll, expect, test } from "vitest";
import type { InboundMail, Ticket } from "../harness/api-types.ts";
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
