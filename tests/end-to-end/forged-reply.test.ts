import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.ts";
import type { InboundMail, List, Message, OutgoingMail, OutgoingMailWhole, Ticket } from "../harness/api-types.ts";
import { makeFolder, removeFolder } from "../harness/folders.ts";
import { Installation } from "../harness/installation.ts";
import { plainMail } from "../harness/mails.ts";
import { eventually } from "../harness/patience.ts";
import { sendMail } from "../harness/smtp-session.ts";

// Somebody has got hold of a ticket's reply address, and writes there in the customer's name.

const EXAMPLE = join(import.meta.dirname, "../../examples/whise/desk.yaml");
const ANNE = "anne@agence.example";
const PASS = "Authentication-Results: mx.whise.eu; dmarc=pass header.from=agence.example";
const FAIL = "Authentication-Results: mx.whise.eu; spf=fail; dmarc=fail (p=reject) header.from=agence.example";

let desk: Installation;
let api: ApiClient;

beforeAll(async () => {
  desk = await Installation.start();
  await trustServer("mx.whise.eu");
  api = await desk.api();
});
afterAll(() => desk?.remove());

async function trustServer(name: string): Promise<void> {
  const folder = makeFolder("trusting");
  const example = readFileSync(EXAMPLE, "utf8");
  const trusting = example.replace(/^(\s+)name: Whise Helpdesk$/m, `$&\n$1trustedAuthenticators: [${name}]`);
  expect(trusting).not.toBe(example);
  writeFileSync(join(folder, "desk.yaml"), trusting);
  await desk.run("desk", "apply", folder);
  removeFolder(folder);
}

async function receive(subject: string, to: string, results: string): Promise<InboundMail> {
  const raw = plainMail({ from: ANNE, to, subject, headers: [results] });
  expect(await sendMail(desk.smtp, { from: ANNE, to, raw })).toMatchObject({ code: 250 });
  return eventually(async () => {
    const { items } = await api.get<List<InboundMail>>("/inbound-mails?limit=50");
    return items.find((mail) => mail.subject === subject && mail.kind !== null);
  });
}

test("a forged reply with the token does not join; the person's own does", async () => {
  const first = await receive("Les annonces ne partent plus", "helpdesk@whise.eu", PASS);
  expect(first).toMatchObject({ kind: "ticket", sender: "proven" });
  const { items } = await api.get<List<OutgoingMail>>(`/outgoing-mails?ticketId=${first.ticketId}`);
  const notice = await api.get<OutgoingMailWhole>(`/outgoing-mails/${items[0]!.id}`);
  const replyTo = /[^<\s]+@[^>\s]+/.exec(notice.headers.replyTo)![0];

  const forged = await receive("RE: forgée", replyTo, FAIL);
  expect(forged).toMatchObject({
    kind: "ticket",
    sender: "forged",
    warnings: [expect.stringContaining("did not join")],
  });
  expect(forged.ticketId).not.toBe(first.ticketId);
  expect(await messagesOf(first.ticketId!)).toHaveLength(1);
  const [clock] = (await api.get<Ticket>(`/tickets/${first.ticketId}`)).clocks;
  expect(clock).toMatchObject({ outcome: "running", receipt: null });
  expect((await messagesOf(forged.ticketId!))[0]).toMatchObject({
    sender: "forged",
    authentication: { dmarc: "fail" },
  });

  const own = await receive("RE: la mienne", replyTo, PASS);
  expect(own).toMatchObject({ kind: "reply", ticketId: first.ticketId, sender: "proven" });
  const [stopped] = (await api.get<Ticket>(`/tickets/${first.ticketId}`)).clocks;
  expect(stopped).toMatchObject({ outcome: "met", receipt: "displayed" });
});

async function messagesOf(ticketId: string): Promise<Message[]> {
  return (await api.get<List<Message>>(`/tickets/${ticketId}/messages`)).items;
}
