import type { Tx } from "@permanence/database";
import type { Instant, World } from "@permanence/kernel";
import { findOwnAddresses, putMail } from "@permanence/mail";
import type { Desk } from "@permanence/people";
import { startOf } from "./clock-events.ts";
import { momentWords, priorityMeaning, priorityWord, promiseWords, workingWords } from "./notice-words.ts";
import { workingOpening } from "./public-desk.ts";
import { stoppedLink } from "./stopped-link.ts";
import { renderTemplate, shippedTemplate, type Template, type TemplateName } from "./template.ts";
import type { TicketChange } from "./ticket-change.ts";
import type { TicketRow } from "./ticket-tables.ts";

/** Whom a ticket's mail goes to: a contact, or null where the desk knows nobody at the address. Verified: the person was
 *  seen to read mail at this address. */
export type Reader = { contactId: string | null; address: string; name: string; verified: boolean };

/** The mail that a notice answers, so that it stands in the same thread. */
export type Thread = { inReplyTo: string | null; references: string[] };

export type Notice = {
  reader: Reader;
  thread: Thread;
  template: "notice" | "priority-changed";
  /** Why the priority changed, in the words of the agent who changed it. */
  reason?: string;
  mailbox: string;
  notBefore: Instant | null;
  /** What it says of an incident that runs. */
  incident?: string;
};

/** Renders a notice that a ticket has another priority and puts it into the outbox: see `putNotice`. */
export async function queueNotice(
  tx: Tx,
  world: World,
  desk: Desk,
  change: TicketChange,
  notice: Notice,
): Promise<void> {
  putNotice(tx, world, desk, change, notice, await findOwnAddresses(tx, desk.deskId, [notice.reader.address]));
}

/**
 * Renders the notice that a ticket is registered (or has another priority) and puts it into the outbox. Where no
 * mail can go to the address, the chain says so, and the clock runs.
 * @param ownAddresses those of the readers' addresses that are the desk's own
 */
export function putNotice(
  tx: Tx,
  world: World,
  desk: Desk,
  change: TicketChange,
  { reader, thread, template, reason = "", mailbox, notBefore, incident = "" }: Notice,
  ownAddresses: ReadonlySet<string>,
): void {
  const { ticket } = change;
  const { language } = ticket;
  // An agent's own words go to anybody, as a reply does; what a sender wrote does not (see noticeValues).
  const { targetMs } = startOf(change.clockEvents).policy[ticket.priority];
  const link =
    world.site === undefined || ticket.priority === "urgent" ? "" : stoppedLink(world.site.url, desk.slug, ticket);
  const values = {
    ...noticeValues(desk, ticket, reader, targetMs, world.clock.now()),
    reason,
    stoppedLink: link,
    incident,
  };
  const look = { language, deskName: desk.name, accent: accentOf(desk) };
  const mail = {
    purpose: "notice" as const,
    ticketId: ticket.ticket_id,
    contactId: reader.contactId,
    mailbox,
    replyToken: ticket.reply_token,
    fromName: desk.name,
    to: { address: reader.address, name: reader.verified ? reader.name : "" },
    ...renderTemplate(templateOf(desk, template, language), values, look),
    ...thread,
    automatic:
      template === "notice" && ticket.source === "mail" ? ("auto-replied" as const) : ("auto-generated" as const),
    requestMdn: desk.settings.requestMdn,
    ...(notBefore !== null && { notBefore }),
    language,
    urgency: URGENCY[ticket.priority],
  };
  const queued = putMail(tx, world, desk.deskId, mail, ownAddresses);
  const { outgoingMailId, refused, sha256 } = { outgoingMailId: null, refused: null, sha256: null, ...queued };
  change.record("notice-queued", "desk", { outgoingMailId, to: reader.address, refused, notBefore, sha256 });
}

const URGENCY = { urgent: "urgent", high: "high", normal: "usual", low: "low" } as const;

/** What a notice says. To an address that nobody was seen to read at, it repeats nothing that the sender
 *  wrote, the name included: anybody can write in anybody's name, and we would carry their words. */
export function noticeValues(
  desk: Desk,
  ticket: TicketRow,
  reader: Reader,
  targetMs: number,
  now: Instant,
): Record<string, string> {
  const { language, priority } = ticket;
  const place = { timeZone: desk.settings.timeZone, language };
  return {
    name: reader.verified ? reader.name : "",
    subject: reader.verified ? ticket.subject : "",
    number: String(ticket.number),
    receivedAt: momentWords(ticket.received_at, place),
    priority: priorityWord(priority, language),
    priorityMeaning: priorityMeaning(priority, language),
    promise: promiseWords(priority, targetMs, language),
    nextWorking: workingWords(workingOpening(desk, priority, now), now, place),
    deskName: desk.name,
    signature: signatureOf(desk, language),
  };
}

export function templateOf(desk: Desk, name: TemplateName, language: string): Template {
  return (
    desk.templates.find((own) => own.name === name && own.language === language) ?? shippedTemplate(name, language)
  );
}

export function signatureOf(desk: Desk, language: string): string {
  return desk.settings.signature[language] ?? desk.name;
}

export function accentOf(desk: Desk): string {
  return desk.settings.accent ?? "#0b6e6e";
}
