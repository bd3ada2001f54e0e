import { announce, type DeskId, putBlob, type Tx } from "@permanence/database";
import { newId, newToken } from "@permanence/kernel";
import { type MailAttachment, queueLetter } from "@permanence/mail";
import { type Acting, mailboxOf, wordsOfLetter } from "./agent-actions.ts";
import type { Filing } from "./mail-filing.ts";
import type { MailSender } from "./mail-sender.ts";
import {
  findSideThread,
  insertSideMessage,
  insertSideThread,
  listSideMessageIds,
  listSideMessages,
  noteSideHeard,
  type SideThreadRow,
} from "./side-store.ts";
import type { TicketChange } from "./ticket-change.ts";
import type { Recipients } from "./ticket-tables.ts";

// What is discussed with others than the customer: a supplier, a notary. Its mails are no ticket's mails and its words no
// messages, so nothing that looks for the customer's finds them; the ticket's chain does not know of them, and no clock moves.

export type SideLetter = {
  /** "side": a new thread; "side:<id>": within one. */
  place: string;
  subject: string;
  text: string;
  html: string | null;
  files: MailAttachment[];
  recipients: Recipients;
  messageId: string;
};

export type SideRefusal = "unsendable" | "no-such-thread" | "no-recipient" | "customer-beside";

/** Sends a letter to others than the customer, in a thread of its own. */
export async function sendBeside(
  tx: Tx,
  acting: Acting,
  change: TicketChange,
  letter: SideLetter,
): Promise<SideThreadRow | SideRefusal> {
  const { world, desk, agent } = acting;
  const { deskId } = desk;
  const recipients = await recipientsIn(tx, deskId, letter);
  if (recipients === null) return "no-recipient";
  const readers = [...recipients.to, ...recipients.cc, ...recipients.bcc];
  if (await isCustomerAmong(tx, change, readers)) return "customer-beside";
  const thread = await threadFor(tx, acting, change, letter);
  if (thread === null) return "no-such-thread";
  const references = await listSideMessageIds(tx, deskId, thread.side_thread_id);
  const words = await wordsOfLetter(tx, { desk, agent }, { ...change.ticket, subject: thread.subject }, letter);
  const queued = await queueLetter(
    tx,
    world,
    deskId,
    {
      ...{ purpose: "reply", ticketId: null, contactId: null, sideThreadId: thread.side_thread_id },
      ...{ replyToken: thread.reply_token, mailbox: thread.mailbox, fromName: `${agent.name} (${desk.name})` },
      shown: { to: recipients.to.map(nameless), cc: recipients.cc.map(nameless) },
      files: letter.files.map(({ name, type, bytes, contentId }) => ({ name, type, bytes, contentId })),
      ...{ text: words.text, html: words.html, language: change.ticket.language, automatic: null },
      subject: references.length === 0 ? thread.subject : `Re: ${thread.subject}`,
      ...{ inReplyTo: references.at(-1) ?? null, references },
    },
    readers.map((address) => ({ address, contactId: null })),
  );
  if ("refused" in queued) return "unsendable";
  if (letter.place === "side") await insertSideThread(tx, thread);
  await insertSideMessage(
    tx,
    {
      ...{ desk_id: deskId, side_message_id: letter.messageId, side_thread_id: thread.side_thread_id, kind: "agent" },
      ...{ at: change.now, from_name: agent.name, from_address: agent.email, agent_id: agent.id, recipients },
      ...{ text: letter.text, reply: letter.text, inbound_mail_id: null },
      html_sha256: letter.html === null ? null : putBlob(tx, deskId, Buffer.from(letter.html)),
    },
    attachmentRows(tx, deskId, letter.messageId, letter.files),
  );
  announceSide(tx, deskId, thread);
  return thread;
}

const nameless = (address: string) => ({ address, name: "" });

/** Nobody named: whoever wrote last in the thread, else those who were written to first. */
async function recipientsIn(tx: Tx, deskId: DeskId, { place, recipients }: SideLetter): Promise<Recipients | null> {
  if (recipients.to.length > 0) return recipients;
  if (place === "side") return null;
  const said = await listSideMessages(tx, deskId, [place.slice("side:".length)]);
  const newest = said.findLast(({ kind }) => kind === "partner");
  const to = newest ? [newest.from_address.toLowerCase()] : (said[0]?.recipients?.to ?? []);
  return to.length === 0 ? null : { ...recipients, to };
}

/** A letter beside the conversation would tell the customer what is not theirs, and its answer would not be found there. */
async function isCustomerAmong(tx: Tx, { ticket }: TicketChange, addresses: string[]): Promise<boolean> {
  const row = await tx
    .selectFrom("contact_address")
    .select("address")
    .where("desk_id", "=", ticket.desk_id)
    .where("contact_id", "=", ticket.contact_id)
    .where("address", "in", addresses)
    .executeTakeFirst();
  return row !== undefined;
}

async function threadFor(
  tx: Tx,
  { world, desk, agent }: Acting,
  change: TicketChange,
  { place, subject }: SideLetter,
): Promise<SideThreadRow | null> {
  const { desk_id, ticket_id, subject: ofTicket } = change.ticket;
  if (place !== "side") return findSideThread(tx, desk_id, ticket_id, place.slice("side:".length));
  return {
    ...{ desk_id, side_thread_id: newId(world), ticket_id, subject: subject || ofTicket, reply_token: newToken(world) },
    mailbox: await mailboxOf(tx, desk, change),
    ...{ opened_by: agent.id, opened_at: change.now, heard_at: null, seen_at: null },
  };
}

/** A mail of somebody who may write in a thread becomes part of it, and of nothing else. */
export async function joinBeside(
  tx: Tx,
  { inboundMail, mail, sender }: Filing & { sender: MailSender },
  { side_thread_id, ticket_id }: Pick<SideThreadRow, "side_thread_id" | "ticket_id">,
): Promise<void> {
  const { desk_id: deskId, inbound_mail_id: id, received_at: at } = inboundMail;
  await insertSideMessage(
    tx,
    {
      ...{ desk_id: deskId, side_message_id: id, side_thread_id, kind: "partner", at, inbound_mail_id: id },
      ...{ from_name: sender.name, from_address: sender.address, agent_id: null, recipients: null },
      ...{ text: mail.text.toWellFormed(), reply: mail.reply.toWellFormed() },
      html_sha256: mail.html === null ? null : putBlob(tx, deskId, Buffer.from(mail.html)),
    },
    attachmentRows(tx, deskId, id, mail.attachments),
  );
  await noteSideHeard(tx, deskId, side_thread_id, at);
  announceSide(tx, deskId, { side_thread_id, ticket_id });
}

function attachmentRows(tx: Tx, deskId: DeskId, messageId: string, files: MailAttachment[]) {
  return files.map((file, position) => ({
    ...{ desk_id: deskId, side_message_id: messageId, position, name: file.name.toWellFormed(), type: file.type },
    ...{ size_bytes: file.sizeBytes, sha256: putBlob(tx, deskId, file.bytes), inline: file.inline },
    content_id: file.contentId,
  }));
}

/** Tells agents' pages alone: what customers' pages listen to says nothing of it. */
function announceSide(tx: Tx, deskId: DeskId, thread: Pick<SideThreadRow, "side_thread_id" | "ticket_id">): void {
  announce(tx, deskId, { type: "side-thread", ticketId: thread.ticket_id, sideThreadId: thread.side_thread_id });
}
