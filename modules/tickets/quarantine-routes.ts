import { createRoute, z } from "@hono/zod-openapi";
import { type DeskId, readBlob, type Tx } from "@permanence/database";
import { assert } from "@permanence/kernel";
import {
  findInboundMail,
  type InboundMailRow,
  lockInboundMails,
  type MailReader,
  markRead,
  type ReadMail,
  type Unreadable,
} from "@permanence/mail";
import {
  apiRouter,
  deskOf,
  findOrMakeContact,
  jsonBody,
  normalAddress,
  problem,
  problems,
  versionedJson,
} from "@permanence/people";
import { type Acting, actorOf } from "./agent-actions.ts";
import { addMessage, type NewMessage } from "./conversation.ts";
import { isForged } from "./mail-sender.ts";
import { LONGEST_NAME, LONGEST_SUBJECT, shortened } from "./shortened.ts";
import { answeringMailbox, isOwnMailbox } from "./own-mailboxes.ts";
import { suggestFor, suggestionForChain, triagedBy } from "./ticket-triage.ts";
import { registerTicket } from "./registration.ts";
import { showTicket } from "./ticket-request.ts";
import { findTicket, type TicketListRow } from "./ticket-store.ts";
import { TicketView } from "./ticket-view.ts";

const Body = z.object({
  contact: z
    .object({ address: z.email("must be an e-mail address"), name: z.string().trim().max(200).default("") })
    .optional()
    .openapi({ description: "Who wrote it, where the mail itself does not say" }),
});

const route = createRoute({
  method: "post",
  path: "/inbound-mails/{id}/ticket",
  tags: ["Mail"],
  summary: "Make mail that was filed apart (quarantined, held, automatic) a ticket, received when it came",
  request: { params: z.object({ id: z.uuid() }), body: jsonBody(Body) },
  responses: { 201: versionedJson(TicketView, "The ticket."), ...problems(404, 409, 422) },
});

/** What programs file apart, and may be wrong about: an agent can make a ticket of it. */
const FILED_APART = ["quarantined", "held", "report", "auto-reply"];

/** What an agent does with mail that no program took for a person's. */
export function quarantineRoutes({ caps, reader }: { caps: boolean; reader: MailReader }) {
  const routes = apiRouter();
  routes.openapi(route, async (c) => {
    const { deskId, agent } = c.get("session");
    const [db, world] = [c.get("db"), c.get("world")];
    const acting = { world, desk: await deskOf(db, deskId), agent };
    const { contact } = c.req.valid("json");
    const { id } = c.req.valid("param");
    const raw = await db.transaction(deskId, (tx) => rawOf(tx, deskId, id));
    if (raw === null) return problem(c, 404, "Not found", "There is no such mail on this desk.");
    const { languages } = acting.desk.settings;
    const read = await reader.read(raw.bytes, { languages, prior: languages, envelopeFrom: raw.envelope_from });
    const result = await db.transaction(deskId, async (tx) => {
      const [mail] = await lockInboundMails(tx, deskId, [id]);
      assert(mail !== undefined, "inbound mail is never deleted while an agent reads it");
      if (mail.kind === null || !FILED_APART.includes(mail.kind) || mail.ticket_id !== null) return "filed-already";
      const sender = contact ?? senderOf(mail, read);
      if (normalAddress(sender.address) === null || isOwnMailbox(acting.desk, sender.address)) return "no-sender";
      return makeTicket(tx, acting, { mail, read, bytes: raw.bytes, sender, caps });
    });
    switch (result) {
      case "filed-already":
        return problem(c, 409, "Filed already", "This mail belongs to a ticket already, or is still being read.");
      case "no-sender":
        return problem(
          c,
          422,
          "No sender",
          "The mail names nobody who could be answered. Send contact with the address of whoever wrote it.",
        );
      default:
        return showTicket(c, result, 201);
    }
  });
  return routes;
}

type Sender = { address: string; name: string };

async function rawOf(tx: Tx, deskId: DeskId, inboundMailId: string) {
  const mail = await findInboundMail(tx, deskId, inboundMailId);
  const bytes = mail && (await readBlob(tx, deskId, mail.sha256));
  return mail && bytes && { bytes, envelope_from: mail.envelope_from };
}

function senderOf(mail: InboundMailRow, read: ReadMail | Unreadable): Sender {
  const from = "unreadable" in read ? null : read.from;
  const { address, name } = from ?? { address: mail.from_address ?? mail.envelope_from, name: mail.from_name ?? "" };
  return { address, name: shortened(name, LONGEST_NAME) };
}

type Source = { mail: InboundMailRow; read: ReadMail | Unreadable; bytes: Buffer; sender: Sender; caps: boolean };

async function makeTicket(tx: Tx, acting: Acting, source: Source): Promise<TicketListRow> {
  const { world, desk, agent } = acting;
  const { mail, read, sender, caps } = source;
  const detected = "unreadable" in read ? null : read.language;
  const contact = await findOrMakeContact(tx, world, desk.deskId, { ...sender, language: detected });
  const { contactId, address, name, verified } = contact;
  const words = messageOf(source);
  const language = detected ?? contact.language ?? desk.settings.languages[0]!;
  const subject = shortened("unreadable" in read ? (mail.subject ?? "") : read.subject, LONGEST_SUBJECT);
  const [suggestion] = await suggestFor(tx, desk.deskId, [{ subject, body: words.reply, language }]);
  assert(suggestion !== undefined, "each message has a suggestion");
  const change = await registerTicket(tx, world, desk, {
    actor: actorOf(agent),
    source: "mail",
    subject,
    receivedAt: mail.received_at,
    ...triagedBy(suggestion),
    suggestion: suggestionForChain(suggestion),
    language,
    reader: { contactId, address, name, verified: verified && !isForged(mail.authentication) },
    organisationId: contact.organisationId,
    linkedTicketId: null,
    thread: { inReplyTo: mail.message_id, references: mail.message_id === null ? [] : [mail.message_id] },
    mailbox: answeringMailbox(desk, mail.envelope_to),
    caps,
  });
  addMessage(tx, change, words);
  change.save(tx);
  const { ticket_id } = change.ticket;
  markRead(tx, mail, change.now, { kind: "ticket", reason: mail.reason, ticket_id });
  return (await findTicket(tx, desk.deskId, ticket_id))!;
}

/** The mail as it reads; what cannot be read is shown as it came: its first lines as text, all of it as an attachment. */
function messageOf({ mail, read, bytes, sender }: Source): NewMessage {
  const common = {
    ...{ kind: "customer" as const, at: mail.received_at, from: sender, agentId: null },
    ...{ inboundMail: mail, outgoingMailId: null },
  };
  if (!("unreadable" in read)) {
    const { text, reply, html, attachments } = read;
    return { ...common, text, reply, html, attachments };
  }
  const text = shownAsText(bytes);
  const whole = {
    ...{ name: "message.eml", type: "message/rfc822", sizeBytes: bytes.length, sha256: mail.sha256.toString("hex") },
    ...{ inline: false, contentId: null, bytes },
  };
  return { ...common, text, reply: text, html: null, attachments: [whole] };
}

const SHOWN_BYTES = 20_000;

function shownAsText(bytes: Buffer): string {
  return bytes
    .subarray(0, SHOWN_BYTES)
    .toString("utf8")
    .replace(/[^\P{Cc}\n\t]/gu, "")
    .trim();
}
