import type { Tx } from "@permanence/database";
import { type Desk, findBlocked, findOrMakeContact, nextTicketNumbers } from "@permanence/people";
import { addMessage } from "./conversation.ts";
import type { Reading, Verdict } from "./inbound-mail-reading.ts";
import { BLOCKED, type Filing, NO_SENDER, verdict } from "./mail-filing.ts";
import { type MailSender, senderOf } from "./mail-sender.ts";
import { isOwnMailbox } from "./own-mailboxes.ts";
import { newTicket } from "./registration.ts";
import { LONGEST_NAME, LONGEST_SUBJECT, shortened } from "./shortened.ts";
import { findNamedTicket } from "./threading.ts";
import { openTicketChange, startTicket, type TicketChange } from "./ticket-change.ts";

const NOBODY_ELSE = "It is older mail that names nobody but the desk.";

/** Decides what a mail from before the desk took the mailbox over is. It becomes a closed ticket, or a message of one:
 *  nothing is promised on it, nobody is told, and nothing that it says moves a clock. */
export async function fileHistory(tx: Tx, { world }: Reading, desk: Desk, filing: Filing): Promise<Verdict> {
  const { inboundMail, mail } = filing;
  if (mail.kind === "report" || mail.kind === "auto-reply") return verdict(mail.kind, mail.automatic);
  const sender = senderOf(mail);
  if (sender === null) return verdict("quarantined", NO_SENDER);
  const customer = isOwnMailbox(desk, sender.address) ? findRecipient(desk, filing) : sender;
  if (customer === null) return verdict("quarantined", NOBODY_ELSE);
  if ((await findBlocked(tx, desk.deskId, [customer.address])).has(customer.address)) return BLOCKED;

  const named = await findNamedTicket(tx, desk.deskId, mail, { envelopeTo: [], sender: customer.address });
  const joins = named !== null && named.mayWrite && named.ticket.source === "history";
  const change = joins
    ? (await openTicketChange(tx, world, desk.deskId, named.ticket.ticket_id))!
    : await startHistory(tx, { world, desk }, filing, customer);
  addMessage(tx, change, {
    kind: customer === sender ? "customer" : "agent",
    ...{ at: inboundMail.received_at, from: sender, agentId: null, outgoingMailId: null, inboundMail },
    ...{ text: mail.text, reply: mail.reply, html: mail.html, attachments: mail.attachments, forms: mail },
  });
  const { closed_at } = change.ticket;
  if (inboundMail.received_at > closed_at!) change.set({ closed_at: inboundMail.received_at });
  change.save(tx);
  return verdict(joins ? "reply" : "ticket", null, change.ticket.ticket_id);
}

/** To whom the desk wrote. */
function findRecipient(desk: Desk, { mail }: Filing): MailSender | null {
  const others = [...mail.to, ...mail.cc].filter(({ address }) => !isOwnMailbox(desk, address));
  const [first] = others.flatMap(
    ({ name, address }) => senderOf({ ...mail, from: { name, address }, headers: {} }) ?? [],
  );
  return first ? { ...first, name: shortened(first.name, LONGEST_NAME) } : null;
}

async function startHistory(
  tx: Tx,
  { world, desk }: Pick<Reading, "world"> & { desk: Desk },
  { inboundMail, mail }: Filing,
  customer: MailSender,
): Promise<TicketChange> {
  const [number] = await nextTicketNumbers(tx, desk.deskId, 1);
  const contact = await findOrMakeContact(tx, world, desk.deskId, { ...customer, language: mail.language });
  const { received_at: receivedAt } = inboundMail;
  const ticket = newTicket(world, desk, {
    ...{ source: "history", subject: shortened(mail.subject, LONGEST_SUBJECT), receivedAt },
    ...{ priority: "normal", priorityReason: "Older mail, kept as history.", language: mail.language },
    ...{ triage: null, toBeClassified: false },
    ...{ contactId: contact.contactId, organisationId: contact.organisationId, linkedTicketId: null },
    number: number!,
  });
  const change = startTicket(tx, world, { ...ticket, state: "closed", closed_at: receivedAt });
  change.record("imported", "desk", { number: number!, language: mail.language, receivedAt });
  return change;
}
