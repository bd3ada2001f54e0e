import type { Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import type { MailAttachment } from "@permanence/mail";
import type { Customer, Desk } from "@permanence/people";
import { addMessage } from "./conversation.ts";
import { proveInPortal } from "./customer-receipt.ts";
import { answeringOf } from "./customer-ticket-view.ts";
import { type CustomerTicketRow, findCustomerTicket } from "./customer-tickets.ts";
import { listAttachments } from "./message-store.ts";
import { findNamed, messageIdOf } from "./message-repetition.ts";
import { answeringMailbox } from "./own-mailboxes.ts";
import { raiseByWords } from "./raised-priority.ts";
import { registerTicket } from "./registration.ts";
import { openTicketChange, type TicketChange } from "./ticket-change.ts";
import { customerWrote } from "./ticket-state.ts";
import { suggestFor, suggestionForChain, triagedBy } from "./ticket-triage.ts";
import type { MessageRow } from "./ticket-tables.ts";
import { discardUploads, findUploads, takeUploads, type UploadRow } from "./upload-store.ts";

export type CustomerReply = {
  /** Chosen by the browser: sent again under the same key, it is added once. */
  key: string;
  text: string;
  /** Files that the customer handed over, by their ids. */
  uploadIds: string[];
};

/** Where the message stands: in another ticket, where this one is closed for too long. */
export type Replied = { number: number; messageId: string };

export type ReplyRefusal = "not-found" | "history" | "changed-meanwhile" | "other-message" | "no-such-file";

type Replying = { world: World; desk: Desk; customer: Customer };

/**
 * Files what a customer writes in their portal as a reply by mail would be: it joins the ticket, reopens it, starts its
 * clocks, is judged, and proves that its writer has the notice; on a ticket that is closed for too long it opens a new one.
 * @param isCurrent whether the ticket may be answered as it stands now
 */
export async function replyAsCustomer(
  tx: Tx,
  replying: Replying,
  number: number,
  reply: CustomerReply,
  isCurrent: (version: number) => boolean,
): Promise<Replied | ReplyRefusal> {
  const { world, customer } = replying;
  const { deskId, contactId } = customer;
  const seen = await findCustomerTicket(tx, customer, number);
  if (seen === null) return "not-found";
  const change = (await openTicketChange(tx, world, deskId, seen.ticket_id))!; // Whoever sends the same at once waits here.
  const named = messageIdOf(
    { agentId: uploadOwner(contactId), ticketId: seen.ticket_id, key: reply.key },
    { kind: "customer", text: reply.text, state: "" },
  );
  const earlier = await findNamed(tx, deskId, named);
  if (earlier !== null) return repeated(tx, replying, earlier, reply);
  const ticket = (await findCustomerTicket(tx, customer, number))!;
  const answering = answeringOf(ticket, change.now);
  if (answering === "read-only") return "history";
  if (!isCurrent(ticket.version)) return "changed-meanwhile";
  const files = await takeUploads(tx, deskId, uploadOwner(contactId), reply.uploadIds);
  if (files === null) return "no-such-file";
  const written = { messageId: named.id, text: reply.text, files };
  return answering === "new-ticket"
    ? openFollowing(tx, replying, ticket, written)
    : join(tx, replying, change, { ticket, written });
}

/** Whose files they are that a customer hands over. */
export function uploadOwner(contactId: string): string {
  return `contact:${contactId}`;
}

type Written = { messageId: string; text: string; files: MailAttachment[] };

async function join(
  tx: Tx,
  { world, desk, customer }: Replying,
  change: TicketChange,
  { ticket, written }: { ticket: CustomerTicketRow; written: Written },
): Promise<Replied> {
  addWritten(tx, change, customer, written);
  customerWrote(change, change.now);
  const { subject, language } = change.ticket;
  await raiseByWords(tx, world, desk, change, { subject, body: written.text, language });
  if (ticket.is_own) proveInPortal(tx, change, "The customer answered, signed in.");
  change.save(tx);
  return { number: ticket.number, messageId: written.messageId };
}

/** A new ticket, linked to the one that stays closed. */
async function openFollowing(
  tx: Tx,
  { world, desk, customer }: Replying,
  closed: CustomerTicketRow,
  written: Written,
): Promise<Replied> {
  const { subject, language } = closed;
  const { contactId, organisationId, address, name } = customer;
  const [suggestion] = await suggestFor(tx, desk.deskId, [{ subject, body: written.text, language }]);
  const change = await registerTicket(tx, world, desk, {
    ...{ actor: "customer", source: "form", subject, receivedAt: world.clock.now(), language },
    ...{ ...triagedBy(suggestion!), suggestion: suggestionForChain(suggestion!) },
    ...{ reader: { contactId, address, name, verified: true }, organisationId, linkedTicketId: closed.ticket_id },
    ...{ thread: { inReplyTo: null, references: [] }, mailbox: answeringMailbox(desk, []), caps: true },
  });
  addWritten(tx, change, customer, written);
  proveInPortal(tx, change, "The customer opened it, signed in.");
  change.save(tx);
  return { number: change.ticket.number, messageId: written.messageId };
}

function addWritten(tx: Tx, change: TicketChange, customer: Customer, { messageId, text, files }: Written): void {
  addMessage(tx, change, {
    ...{ messageId, kind: "customer", at: change.now, agentId: null, text, reply: text, html: null },
    from: { address: customer.address, name: customer.name },
    ...{ attachments: files, inboundMail: null, outgoingMailId: null },
  });
}

/** The same was sent before: by the same key and words, and the same files, which may have been handed over again. */
async function repeated(
  tx: Tx,
  { world, customer }: Replying,
  earlier: MessageRow | "other",
  reply: CustomerReply,
): Promise<Replied | "other-message"> {
  if (earlier === "other") return "other-message";
  const { deskId, contactId } = customer;
  const again = await findUploads(tx, deskId, uploadOwner(contactId), reply.uploadIds);
  if (again.length > 0) {
    const kept = await listAttachments(tx, deskId, [earlier.message_id]);
    if (digestsOf(again) !== digestsOf(kept)) return "other-message";
    await discardUploads(tx, deskId, again, world.clock.now());
  }
  const { number } = await tx
    .selectFrom("ticket")
    .select("number")
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", earlier.ticket_id)
    .executeTakeFirstOrThrow();
  return { number, messageId: earlier.message_id };
}

function digestsOf(files: Pick<UploadRow, "sha256">[]): string {
  return files
    .map(({ sha256 }) => sha256.toString("hex"))
    .toSorted()
    .join();
}
