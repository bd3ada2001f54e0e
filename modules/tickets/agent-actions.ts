import type { Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { detectLanguage } from "@permanence/language";
import { type MailAttachment, queueLetter } from "@permanence/mail";
import { type Agent, type Desk, findOrMakeContact, findPrimaryAddress } from "@permanence/people";
import { sql } from "kysely";
import { findWriting } from "./agent-writing.ts";
import { addMessage } from "./conversation.ts";
import { recordEvidence } from "./evidence.ts";
import { answeringMailbox, isOwnMailbox } from "./own-mailboxes.ts";
import { accentOf, queueNotice, type Reader, signatureOf, templateOf, type Thread } from "./notice.ts";
import { registerTicket } from "./registration.ts";
import { type RenderedTemplate, renderTemplate } from "./template.ts";
import { openTicketChange, type TicketChange } from "./ticket-change.ts";
import { changeState } from "./ticket-state.ts";
import { classifiedByAgent } from "./ticket-triage.ts";
import type { MessageRow, Priority, Recipients, TicketRow, TicketState } from "./ticket-tables.ts";

/** Who acts, and for which desk. */
export type Acting = { world: World; desk: Desk; agent: Agent };

export type NewTicket = {
  contact: { address: string; name: string };
  subject: string;
  text: string;
  priority: Priority;
  priorityReason: string;
  language: string | null;
  /** The agent told the customer the number while on the phone: a logged call, which is a receipt. */
  toldByPhone: boolean;
};

/** Opens a ticket for a customer who called. Received now; the notice goes out as for any other. */
export async function openTicketFor(
  tx: Tx,
  { world, desk, agent }: Acting,
  wanted: NewTicket,
): Promise<TicketChange | "own-mailbox"> {
  const { address, name } = wanted.contact;
  if (isOwnMailbox(desk, address)) return "own-mailbox";
  const contact = await findOrMakeContact(tx, world, desk.deskId, {
    ...{ address, name, language: wanted.language, source: "agent" },
  });
  const change = await registerTicket(tx, world, desk, {
    actor: actorOf(agent),
    source: "agent",
    subject: wanted.subject,
    receivedAt: world.clock.now(),
    priority: wanted.priority,
    priorityReason: wanted.priorityReason,
    triage: { by: "agent", suggested: null, confidence: null, reasons: [] },
    toBeClassified: false,
    language: wanted.language ?? languageOf(desk, wanted, contact.language),
    reader: { contactId: contact.contactId, address, name: contact.name, verified: contact.verified },
    organisationId: contact.organisationId,
    linkedTicketId: null,
    thread: { inReplyTo: null, references: [] },
    mailbox: answeringMailbox(desk, []),
    caps: false,
  });
  addMessage(tx, change, {
    ...{ kind: "customer", at: change.now, agentId: agent.id, text: wanted.text, reply: wanted.text },
    from: { address, name: contact.name },
    ...{ html: null, attachments: [], inboundMail: null, outgoingMailId: null },
  });
  if (wanted.toldByPhone) logCall(tx, agent, change);
  return change;
}

/** An agent told the customer on the phone that the ticket is registered: whoever was told has received the notice. */
export function logCall(tx: Tx, agent: Agent, change: TicketChange): void {
  recordEvidence(tx, change, {
    ...{ rung: "displayed", at: change.now, datedAt: null, source: "call", outgoingMailId: null, ofNotice: true },
    detail: `${agent.name} told the customer on the phone.`,
  });
}

/** The same, for whoever has no change of the ticket under way. */
export async function logCallOf(tx: Tx, { world, desk, agent }: Acting, ticketId: string): Promise<void> {
  const change = await openTicketChange(tx, world, desk.deskId, ticketId);
  if (change === null) return;
  logCall(tx, agent, change);
  change.save(tx);
}

/** The customer's own where it is known; else that of what the agent wrote down. */
function languageOf({ settings }: Desk, { subject, text }: NewTicket, ofContact: string | null): string {
  const { languages } = settings;
  return ofContact ?? detectLanguage(`${subject}\n${text}`, { among: languages, prior: languages });
}

/** What an agent wrote, as it is sent. */
export type Letter = {
  /** Without marks. */
  text: string;
  /** The same as safe HTML of our own; null or missing: the text as it is. */
  html?: string | null;
  files?: MailAttachment[];
  /** Missing: the customer alone. Nobody in To: the customer too. */
  recipients?: Recipients | null;
};

/** Sends what an agent wrote to the customer, in the thread of the ticket. */
export async function replyToCustomer(
  tx: Tx,
  { world, desk, agent }: Acting,
  change: TicketChange,
  reply: Letter & { state: Exclude<TicketState, "closed" | "new">; messageId: string | null },
): Promise<MessageRow | "unsendable"> {
  const { ticket } = change;
  const { text, html = null, files = [] } = reply;
  const reader = await readerOf(tx, change);
  const recipients = reply.recipients ?? { to: [], cc: [], bcc: [] };
  const to = recipients.to.length > 0 ? recipients.to : [reader.address];
  const { language } = ticket;
  const nameOf = (address: string) => (address === reader.address.toLowerCase() ? reader.name : "");
  const person = (address: string) => ({ address, name: nameOf(address.toLowerCase()) });
  const letter = {
    ...{ purpose: "reply" as const, ticketId: ticket.ticket_id, contactId: null, replyToken: ticket.reply_token },
    mailbox: await mailboxOf(tx, desk, change),
    fromName: `${agent.name} (${desk.name})`,
    shown: { to: to.map(person), cc: recipients.cc.map(person) },
    files: files.map(({ name, type, bytes, contentId }) => ({ name, type, bytes, contentId })),
    ...(await wordsOfLetter(tx, { desk, agent }, ticket, { text, html })),
    ...(await threadOf(tx, change)),
    ...{ language, automatic: null },
  };
  const readers = [...to, ...recipients.cc, ...recipients.bcc].map((address) => ({
    ...{ address, contactId: address.toLowerCase() === reader.address.toLowerCase() ? reader.contactId : null },
  }));
  const queued = await queueLetter(tx, world, desk.deskId, letter, readers);
  if ("refused" in queued) return "unsendable";
  const message = addMessage(tx, change, {
    ...{ messageId: reply.messageId, kind: "agent", at: change.now, agentId: agent.id },
    ...{ from: { name: agent.name, address: agent.email }, text, reply: text, html, attachments: files },
    ...{ inboundMail: null, recipients: reply.recipients ?? null, outgoingMailId: queued.copies[0].outgoingMailId },
  });
  changeState(change, reply.state, actorOf(agent));
  return message;
}

/** The letter within the desk's template, signed as the agent signs. */
export async function wordsOfLetter(
  tx: Tx,
  { desk, agent }: Omit<Acting, "world">,
  { number, language, subject }: Pick<TicketRow, "number" | "language" | "subject">,
  { text, html }: { text: string; html: string | null },
): Promise<RenderedTemplate> {
  const { signatures } = await findWriting(tx, desk.deskId, agent.id);
  const values = {
    ...{ subject: subject.replace(/^(\s*(re|antw|aw|tr)\s*:)+\s*/i, ""), number: String(number), text },
    ...{ agentName: signatures[language] || agent.name, deskName: desk.name },
    signature: signatureOf(desk, language),
  };
  const look = { language, deskName: desk.name, accent: accentOf(desk) };
  return renderTemplate(templateOf(desk, "reply", language), values, look, html === null ? {} : { text: html });
}

/** What agents say among themselves; the customer never sees it, and the ticket's state stays. */
export function addNote(
  tx: Tx,
  { agent }: Acting,
  change: TicketChange,
  note: { text: string; messageId: string | null; html?: string | null; files?: MailAttachment[]; mentions?: string[] },
): MessageRow {
  const { text, messageId, html = null, files = [], mentions = [] } = note;
  const message = addMessage(tx, change, {
    ...{ messageId, kind: "note", at: change.now, from: { name: agent.name, address: agent.email }, agentId: agent.id },
    ...{ text, reply: text, html, attachments: files, inboundMail: null, outgoingMailId: null },
  });
  if (mentions.length > 0) change.record(MENTIONED, actorOf(agent), { messageId: message.message_id, mentions });
  return message;
}

/** The event that says whom a note names: "agent:<id>", "team:<id>". Whoever tells people of news looks for it. */
export const MENTIONED = "mentioned";

/** Sets another priority in an agent's name: see `setPriority`. */
export async function changePriority(
  tx: Tx,
  { world, desk, agent }: Acting,
  change: TicketChange,
  to: { priority: Priority; reason: string },
): Promise<void> {
  await setPriority(tx, { world, desk, actor: actorOf(agent) }, change, to);
  await classifiedByAgent(tx, change, to.priority);
}

/** Confirms the priority that a ticket has: it is the agent's own word from now on. The customer is told nothing, since
 *  nothing changes. */
export async function confirmPriority(tx: Tx, { agent }: Acting, change: TicketChange): Promise<void> {
  const { priority } = change.ticket;
  change.record("priority-confirmed", actorOf(agent), { priority });
  await classifiedByAgent(tx, change, priority);
}

/** Sets another priority, which sets the targets anew from their first start, and tells the customer.
 *  @param actor as the chain has it */
export async function setPriority(
  tx: Tx,
  { world, desk, actor }: { world: World; desk: Desk; actor: string },
  change: TicketChange,
  to: { priority: Priority; reason: string },
): Promise<void> {
  const { ticket } = change;
  const from = ticket.priority;
  change.set({ priority: to.priority, priority_reason: to.reason });
  change.record("priority", actor, { from, to: to.priority, reason: to.reason });
  if (from === to.priority) return;
  await queueNotice(tx, world, desk, change, {
    ...{ template: "priority-changed", reason: to.reason, notBefore: null },
    reader: await readerOf(tx, change),
    thread: await threadOf(tx, change),
    mailbox: await mailboxOf(tx, desk, change),
  });
}

/** Sends the notice of registration to this reader, in the ticket's thread. */
export async function noticeTo(tx: Tx, { world, desk }: Acting, change: TicketChange, reader: Reader): Promise<void> {
  const [thread, mailbox] = [await threadOf(tx, change), await mailboxOf(tx, desk, change)];
  await queueNotice(tx, world, desk, change, { template: "notice", notBefore: null, reader, thread, mailbox });
}

export function actorOf(agent: Agent): string {
  return `agent:${agent.id}`;
}

/** The customer at the address that the newest of their messages came from, by the name that the desk knows; where no
 *  message says an address any more (it was erased), at the first of theirs. */
export async function readerOf(tx: Tx, change: TicketChange): Promise<Reader> {
  const { desk_id, ticket_id, contact_id } = change.ticket;
  const row = await tx
    .selectFrom("message as m")
    .innerJoin("contact as c", (join) => join.onRef("c.desk_id", "=", "m.desk_id").on("c.contact_id", "=", contact_id))
    .leftJoin("contact_address as a", (join) =>
      join
        .onRef("a.desk_id", "=", "m.desk_id")
        .on((on) => on.eb(on.fn("lower", ["m.from_address"]), "=", on.ref("a.address"))),
    )
    .leftJoin("contact as w", (join) =>
      join.onRef("w.desk_id", "=", "a.desk_id").onRef("w.contact_id", "=", "a.contact_id"),
    )
    .select(["m.from_address", "m.from_name", "a.verified_at", "a.contact_id", "c.name"])
    .where("m.desk_id", "=", desk_id)
    .where("m.ticket_id", "=", ticket_id)
    .where("m.kind", "=", "customer")
    // Others, whom an agent once sent a copy, may have written last: what is the customer's goes to the customer.
    .orderBy(sql`(a.contact_id = c.contact_id or w.organisation_id = c.organisation_id) is true`, "desc")
    .orderBy("m.at", "desc")
    .limit(1)
    .executeTakeFirstOrThrow();
  if (row.from_address === "") return firstReaderOf(tx, change, row);
  const isThemselves = row.contact_id === contact_id; // Else a colleague wrote last.
  const name = (isThemselves && row.name) || row.from_name;
  return { contactId: row.contact_id, address: row.from_address, name, verified: row.verified_at !== null };
}

async function firstReaderOf(tx: Tx, { ticket }: TicketChange, { name }: { name: string }): Promise<Reader> {
  const first = await findPrimaryAddress(tx, ticket.desk_id, ticket.contact_id);
  const { address, verifiedAt } = first ?? { address: "", verifiedAt: null };
  return { contactId: ticket.contact_id, address, name, verified: verifiedAt !== null };
}

/** The mailbox that the newest of the customer's mails was sent to. */
export async function mailboxOf(tx: Tx, desk: Desk, { ticket }: TicketChange): Promise<string> {
  const newest = await tx
    .selectFrom("inbound_mail")
    .select("envelope_to")
    .where("desk_id", "=", ticket.desk_id)
    .where("ticket_id", "=", ticket.ticket_id)
    .where("kind", "in", ["ticket", "reply"])
    .orderBy("received_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return answeringMailbox(desk, newest?.envelope_to ?? []);
}

/** What a new mail on the ticket follows: the newest mail of the customer's, and the thread before it. */
export async function threadOf(tx: Tx, change: TicketChange): Promise<Thread> {
  const { desk_id, ticket_id } = change.ticket;
  const theirs = await tx
    .selectFrom("inbound_mail")
    .select("message_id")
    .where("desk_id", "=", desk_id)
    .where("ticket_id", "=", ticket_id)
    .where("kind", "in", ["ticket", "reply"])
    .where("message_id", "is not", null)
    .orderBy("received_at", "desc")
    .limit(20)
    .execute();
  const references = theirs.map((row) => row.message_id!).reverse();
  return { inReplyTo: references.at(-1) ?? null, references };
}
