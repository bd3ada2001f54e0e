import type { Tx } from "@permanence/database";
import { detectLanguage } from "@permanence/language";
import type { Authentication, InboundMailRow, ReadMail, RecipientHosts } from "@permanence/mail";
import { clearAddress, type Contact, type Desk, findBlocked, findOrMakeContacts } from "@permanence/people";
import { addMessage } from "./conversation.ts";
import { fileReport } from "./delivery-reports.ts";
import { alertOfHeld } from "./alert-sources.ts";
import { recordEvidence } from "./evidence.ts";
import { rawMail } from "./raw-mail.ts";
import { findHeld } from "./holding.ts";
import type { Reading, Verdict } from "./inbound-mail-reading.ts";
import { forgedWarning, isForged, type MailSender, senderOf } from "./mail-sender.ts";
import { bannersFor } from "./incident-banner.ts";
import { joinIncident } from "./incident-store.ts";
import { answeringMailbox, isOwnMailbox } from "./own-mailboxes.ts";
import type { Thread } from "./notice.ts";
import { LONGEST_SUBJECT, shortened } from "./shortened.ts";
import { raiseByWords } from "./raised-priority.ts";
import { findProbeMail, noteArrival } from "./relay-probe.ts";
import { registerTickets, type Registration } from "./registration.ts";
import { findNamedSideThread } from "./side-threading.ts";
import { joinBeside } from "./side-threads.ts";
import { addressTokens, findNamedTicket, type NamedTicket, namesTicket } from "./threading.ts";
import { suggestFor, suggestionForChain, triagedBy } from "./ticket-triage.ts";
import { customerWrote, REOPENS_WITHIN_MS } from "./ticket-state.ts";
import { openTicketChange, type TicketChange } from "./ticket-change.ts";

/** A readable mail, where it came in, and what is known of who sent it. */
export type Filing = {
  inboundMail: InboundMailRow;
  mail: ReadMail;
  authentication: Authentication | null;
  /** Of a report that says `relayed`: where mail to its recipients arrives. */
  hosts?: RecipientHosts;
};

/** Decides what a readable mail is, and does what follows from it: a new ticket, a message, or a record. */
export async function fileMail(tx: Tx, reading: Reading, desk: Desk, filing: Filing): Promise<Verdict> {
  const { inboundMail, mail, authentication } = filing;
  const probe = await findProbeMail(tx, desk.deskId, mail);
  if (probe !== null) {
    await noteArrival(tx, probe, inboundMail, mail);
    return verdict("report", "It is a probe of the relay, which arrived.");
  }
  if (mail.kind === "report") return fileReport(tx, reading, desk, filing);
  const sender = senderOf(mail);
  const place = { envelopeTo: inboundMail.envelope_to, sender: sender?.address ?? null };
  const named = await findNamedTicket(tx, desk.deskId, mail, place);
  const forged = isForged(authentication);
  if (mail.kind === "auto-reply") return recordAutoReply(tx, reading, forged ? null : named, mail, inboundMail);
  if (sender === null) return verdict("quarantined", NO_SENDER);
  if (isOwnMailbox(desk, sender.address)) {
    return verdict("quarantined", "Its sender is one of the desk's own mailboxes: answering it would go in circles.");
  }
  const incoming: Incoming = { ...filing, sender };
  if ((await findBlocked(tx, desk.deskId, [sender.address])).has(sender.address)) return BLOCKED;
  const beside = forged ? null : await findNamedSideThread(tx, desk.deskId, mail, place);
  // Of two that a mail names it joins the one that it was sent to; where that is no help, not the customer's.
  if (beside !== null && (beside.byToken || !isSentTo(named, mail, inboundMail))) {
    await joinBeside(tx, incoming, beside.thread);
    return { ...verdict("reply", BESIDE), sideThreadId: beside.thread.side_thread_id };
  }
  if (named?.mayWrite && !forged && isOpenToReplies(named, inboundMail))
    return join(tx, reading, desk, incoming, named);
  const [registered] = await registerMails(tx, reading, desk, [{ incoming, named }]);
  return registered!;
}

const BESIDE = "It answers what is discussed beside a ticket, which the customer does not see.";

function isSentTo(named: NamedTicket | null, mail: ReadMail, { envelope_to }: InboundMailRow): boolean {
  return named !== null && named.mayWrite && addressTokens(mail, envelope_to).includes(named.ticket.reply_token);
}

export const NO_SENDER = "It names no sender that could be answered.";

/** Why a mail by itself, whatever desk it comes to, could only be quarantined; null where it need not be. */
export function whyQuarantined(mail: ReadMail): string | null {
  const isFromPerson = mail.kind === "ticket" || mail.kind === "reply";
  return isFromPerson && senderOf(mail) === null ? NO_SENDER : null;
}

/** Whether a mail can be nothing but a new request: from a person, and it follows no other. */
export function isNewRequest(desk: Desk, { inboundMail, mail }: Filing): boolean {
  const sender = senderOf(mail);
  if (mail.kind !== "ticket" || sender === null || isOwnMailbox(desk, sender.address)) return false;
  return !namesTicket(mail, inboundMail.envelope_to);
}

/** Registers new requests, all together: what `fileMail` would do with each. */
export async function registerRequests(tx: Tx, reading: Reading, desk: Desk, filings: Filing[]): Promise<Verdict[]> {
  const incoming = filings.map((filing) => ({ ...filing, sender: senderOf(filing.mail)! }));
  const addresses = incoming.map(({ sender }) => sender.address);
  const blocked = await findBlocked(tx, desk.deskId, addresses);
  const welcome = incoming.filter(({ sender }) => !blocked.has(sender.address));
  const requests = welcome.map((each) => ({ incoming: each, named: null }));
  const verdicts = requests.length === 0 ? [] : await registerMails(tx, reading, desk, requests);
  return addresses.map((address) => (blocked.has(address) ? BLOCKED : verdicts.shift()!));
}

/** A mail from a person, and that person. */
type Incoming = Filing & { sender: MailSender };

export function verdict(kind: Verdict["kind"], reason: string | null, ticketId: string | null = null): Verdict {
  return { kind, reason, ticketId, duplicateOf: null, warnings: [] };
}

export const BLOCKED = verdict("quarantined", "Its sender is blocked.");

function isOpenToReplies({ ticket }: NamedTicket, { received_at }: InboundMailRow): boolean {
  if (ticket.source === "history") return false; // Nothing was promised on it.
  return ticket.closed_at === null || received_at - ticket.closed_at <= REOPENS_WITHIN_MS;
}

/** Out of office and the like: on record where its ticket is proven, and never answered. */
async function recordAutoReply(
  tx: Tx,
  { world }: Reading,
  named: NamedTicket | null,
  mail: ReadMail,
  inboundMail: InboundMailRow,
): Promise<Verdict> {
  if (!named?.byToken) return verdict("auto-reply", mail.automatic);
  const change = await openTicketChange(tx, world, inboundMail.desk_id, named.ticket.ticket_id);
  change!.record("auto-reply", "customer", {
    ...rawMail(inboundMail),
    from: mail.from?.address ?? null,
    automatic: mail.automatic,
    absentUntil: mail.absentUntil,
  });
  change!.save(tx);
  return verdict("auto-reply", mail.automatic, named.ticket.ticket_id);
}

async function join(tx: Tx, { world }: Reading, desk: Desk, incoming: Incoming, named: NamedTicket): Promise<Verdict> {
  const change = (await openTicketChange(tx, world, desk.deskId, named.ticket.ticket_id))!;
  addCustomerMessage(tx, change, incoming);
  customerWrote(change, incoming.inboundMail.received_at);
  await raiseByWords(tx, world, desk, change, wordsOf(incoming, change.ticket.language));
  if (named.byToken) await proveReading(tx, desk, change, incoming);
  change.save(tx);
  return verdict("reply", null, named.ticket.ticket_id);
}

/** Only a reader of our mail can know the token: the address is the person's. That the notice was received is proven
 *  where that is the contact, at any of their addresses; what somebody else saw (a colleague to whom it was passed on) is
 *  kept, and moves no clock. */
async function proveReading(
  tx: Tx,
  desk: Desk,
  change: TicketChange,
  { inboundMail, sender }: Incoming,
): Promise<void> {
  const at = inboundMail.received_at;
  await tx
    .updateTable("contact_address")
    .set({ verified_at: at })
    .where("desk_id", "=", desk.deskId)
    .where("address", "=", sender.address)
    .where("verified_at", "is", null)
    .execute();
  await clearAddress(tx, desk.deskId, sender.address);
  const ofNotice = await isContactOf(tx, change, sender.address);
  recordEvidence(tx, change, {
    ...{ rung: "displayed", at, datedAt: null, source: "reply", outgoingMailId: null, ofNotice },
    detail: `${sender.address} answered with the ticket's token.`,
    raw: rawMail(inboundMail),
  });
}

async function isContactOf(tx: Tx, { ticket }: TicketChange, address: string): Promise<boolean> {
  const row = await tx
    .selectFrom("contact_address")
    .select("contact_id")
    .where("desk_id", "=", ticket.desk_id)
    .where("address", "=", address)
    .executeTakeFirst();
  return row?.contact_id === ticket.contact_id;
}

/** `named`: the ticket that the mail names, where it opens one of its own all the same. */
type Request = { incoming: Incoming; named: NamedTicket | null };

/** Registers what no cap holds back. */
async function registerMails(tx: Tx, reading: Reading, desk: Desk, requests: Request[]): Promise<Verdict[]> {
  const cases = requests.map(({ incoming: { sender, ...filing } }) => ({ ...filing, address: sender.address }));
  const reasons = reading.caps ? await findHeld(tx, desk, cases) : requests.map(() => null);
  const free = requests.filter((_, index) => reasons[index] === null);
  const registered = free.length === 0 ? [] : await registerAll(tx, reading, desk, free);
  const held = reasons.findIndex((reason) => reason !== null);
  if (held >= 0) {
    const from = requests[held]!.incoming.sender.address;
    await alertOfHeld(tx, reading.world, desk.deskId, { from, reason: reasons[held]! });
  }
  return reasons.map((reason, index) => {
    if (reason === null) return registered.shift()!;
    return { ...verdict("held", reason), warnings: forgeryIn(requests[index]!) };
  });
}

async function registerAll(tx: Tx, { world, caps }: Reading, desk: Desk, requests: Request[]): Promise<Verdict[]> {
  const senders = requests.map(({ incoming: { sender, mail } }) => ({ ...sender, language: mail.language }));
  const contacts = await findOrMakeContacts(tx, world, desk.deskId, senders);
  const languages = requests.map(({ incoming }, index) => languageOf(desk, incoming.mail, contacts[index]!.language));
  const words = requests.map(({ incoming }, index) => wordsOf(incoming, languages[index]!));
  const suggestions = await suggestFor(tx, desk.deskId, words);
  const banners = await bannersFor(tx, world, desk, words);
  const registrations = requests.map((request, index) => ({
    ...registrationOf(desk, request, contacts[index]!, caps),
    ...{ ...triagedBy(suggestions[index]!), suggestion: suggestionForChain(suggestions[index]!) },
    ...{ language: languages[index]!, incident: banners[index]?.text ?? "" },
  }));
  const changes = await registerTickets(tx, world, desk, registrations);
  for (const [index, request] of requests.entries()) {
    addCustomerMessage(tx, changes[index]!, request.incoming);
    changes[index]!.save(tx);
  }
  for (const [index, banner] of banners.entries())
    if (banner)
      await joinIncident(tx, world, desk.deskId, banner.incidentId, [changes[index]!.ticket.ticket_id], "similar");
  return requests.map((request, index) => {
    const change = changes[index]!;
    return { ...verdict("ticket", null, change.ticket.ticket_id), warnings: warningsOf(request) };
  });
}

function wordsOf({ mail }: Filing, language: string) {
  return { subject: shortened(mail.subject, LONGEST_SUBJECT), body: mail.reply || mail.text, language };
}

type Untriaged = Omit<Registration, "priority" | "priorityReason" | "triage" | "toBeClassified" | "language">;

function registrationOf(desk: Desk, { incoming, named }: Request, contact: Contact, caps: boolean): Untriaged {
  const { inboundMail, mail, authentication } = incoming;
  const forged = isForged(authentication);
  // The contact's name as it is known, not as this mail has it: anybody can write under a known address.
  const { contactId, address, name, verified } = contact;
  return {
    actor: "customer",
    source: "mail",
    subject: shortened(mail.subject, LONGEST_SUBJECT),
    receivedAt: inboundMail.received_at,
    reader: { contactId, address, name, verified: verified && !forged }, // It answers what that person did not write.
    organisationId: contact.organisationId,
    linkedTicketId: named?.mayWrite && !forged ? named.ticket.ticket_id : null,
    thread: threadOf(mail),
    mailbox: answeringMailbox(desk, inboundMail.envelope_to),
    caps: caps || forged,
  };
}

function threadOf({ messageId, references }: ReadMail): Thread {
  return { inReplyTo: messageId, references: messageId === null ? references : [...references, messageId] };
}

function forgeryIn({ incoming: { authentication }, named }: Request): string[] {
  return authentication && isForged(authentication)
    ? [forgedWarning(authentication, named?.ticket.number ?? null)]
    : [];
}

function warningsOf(request: Request): string[] {
  const { incoming, named } = request;
  if (isForged(incoming.authentication)) return forgeryIn(request);
  return named && !named.mayWrite ? [strangerWarning(named)] : [];
}

function strangerWarning({ ticket }: NamedTicket): string {
  return `It names ticket ${ticket.number}, where its sender may not write; it became a ticket of its own.`;
}

/** The mail's own language; where its words do not say, the contact's, and then the desk's. */
function languageOf(desk: Desk, mail: ReadMail, ofContact: string | null): string {
  const among = desk.settings.languages;
  if (ofContact === null || ofContact === mail.language) return mail.language;
  return detectLanguage(mail.reply || mail.subject, { among, prior: [ofContact, ...among] });
}

function addCustomerMessage(tx: Tx, change: TicketChange, { inboundMail, mail, sender }: Incoming): void {
  addMessage(tx, change, {
    kind: "customer",
    at: inboundMail.received_at,
    from: sender,
    agentId: null,
    text: mail.text,
    reply: mail.reply,
    html: mail.html,
    attachments: mail.attachments,
    inboundMail,
    outgoingMailId: null,
    forms: mail,
  });
}
