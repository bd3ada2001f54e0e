import { createHash } from "node:crypto";
import type { Tx } from "@permanence/database";
import { type Instant, instant, type World } from "@permanence/kernel";
import { type Desk, domainOf, findBlocked, findOrMakeContact, isPublicMailProvider } from "@permanence/people";
import { sql } from "kysely";
import { addMessage } from "./conversation.ts";
import { recordEvidence } from "./evidence.ts";
import { bannersFor } from "./incident-banner.ts";
import { joinIncident } from "./incident-store.ts";
import { findNamed, messageIdOf } from "./message-repetition.ts";
import { answeringMailbox, isOwnMailbox } from "./own-mailboxes.ts";
import { registerTicket } from "./registration.ts";
import { openTicketChange } from "./ticket-change.ts";
import { isSignature, signatureOf } from "./ticket-signature.ts";
import type { Priority, TicketRow } from "./ticket-tables.ts";
import { isHigher, suggestFor, suggestionForChain, triageOf } from "./ticket-triage.ts";
import { findTriageTable, priorityFor, type TriageAnswers } from "./triage-table.ts";

// A request by the form of the public site. Whoever sends it need not be known; the screen that tells them its number is the
// receipt, once their browser has come for it.

const BY_ANSWERS = "The customer's answers to the form say so.";
const HOUR_MS = 3_600_000;
const OWN_LINK = "own-link";
const SHOWN = "shown-on-screen";

export type FormRequest = {
  /** Chosen by the browser, 16 characters at least: sent again under the same key it is registered once. */
  key: string;
  address: string; // In lower case.
  name: string;
  language: string;
  subject: string;
  text: string;
  answers: TriageAnswers;
};

/** `shown` is what the browser hands back when it comes for the confirmation. */
export type FormReceipt = { number: number; priority: Priority; signature: string; shown: string };

export type FormRefusal = "other-request" | "not-welcome" | "too-many";

/** Registers a request, once for each key. */
export async function registerFormRequest(
  tx: Tx,
  world: World,
  desk: Desk,
  request: FormRequest,
): Promise<FormReceipt | FormRefusal> {
  const { deskId } = desk;
  const { key, ...sent } = request;
  const named = messageIdOf(
    { agentId: "form", ticketId: deskId, key },
    { kind: "form", text: digestOf(sent), state: "" },
  );
  await sql`select pg_advisory_xact_lock(hashtextextended(${deskId + key}, 0))`.execute(tx); // The same sent twice at once.
  const earlier = await findNamed(tx, deskId, named);
  if (earlier === "other") return "other-request";
  if (earlier !== null) return receiptOf(await readTicket(tx, deskId, earlier.ticket_id));
  const { address, name, language, subject, text, answers } = request;
  const isBlocked = (await findBlocked(tx, deskId, [address])).has(address);
  if (isBlocked || isOwnMailbox(desk, address)) return "not-welcome";
  if (await isTooMany(tx, desk, address, instant(world.clock.now() - HOUR_MS))) return "too-many";
  const contact = await findOrMakeContact(tx, world, deskId, { address, name, language, source: "form" });
  const words = { subject, body: text, language };
  const [suggestion, banner] = [
    (await suggestFor(tx, deskId, [words]))[0]!,
    (await bannersFor(tx, world, desk, [words]))[0],
  ];
  const priority = priorityFor((await findTriageTable(tx, deskId)).table, answers);
  const change = await registerTicket(tx, world, desk, {
    ...{
      actor: "customer",
      source: "form",
      subject,
      receivedAt: world.clock.now(),
      language,
      incident: banner?.text ?? "",
    },
    ...{ priority, priorityReason: BY_ANSWERS, triage: { ...triageOf("customer", suggestion), answers } },
    // Where the words sound worse than the answers, somebody looks.
    toBeClassified: !suggestion.toBeClassified && isHigher(suggestion.priority, priority),
    suggestion: suggestionForChain(suggestion),
    reader: { contactId: contact.contactId, address, name: contact.name, verified: contact.verified },
    ...{ organisationId: contact.organisationId, linkedTicketId: null, thread: { inReplyTo: null, references: [] } },
    ...{ mailbox: answeringMailbox(desk, []), caps: true },
  });
  addMessage(tx, change, {
    ...{ messageId: named.id, kind: "customer", at: change.now, agentId: null, text, reply: text, html: null },
    ...{ from: { address, name: contact.name }, attachments: [], inboundMail: null, outgoingMailId: null },
  });
  change.save(tx);
  if (banner) await joinIncident(tx, world, deskId, banner.incidentId, [change.ticket.ticket_id], "similar");
  return receiptOf(change.ticket);
}

function receiptOf(ticket: TicketRow): FormReceipt {
  const [signature, shown] = [signatureOf(ticket, OWN_LINK), signatureOf(ticket, SHOWN)];
  return { number: ticket.number, priority: ticket.priority, signature, shown };
}

/** The ticket that a link of its own leads to; null where it is forged, or of nothing. */
export async function findByOwnLink(
  tx: Tx,
  deskId: TicketRow["desk_id"],
  { number, signature }: { number: number; signature: string },
): Promise<TicketRow | null> {
  const ticket = await tx
    .selectFrom("ticket")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("number", "=", number)
    .executeTakeFirst();
  return ticket !== undefined && isSignature(ticket, OWN_LINK, signature) ? ticket : null;
}

/** The browser that sent the request came for the confirmation: whoever sent it has the notice. Again, it changes nothing.
 *  @returns whether the word is ours */
export async function recordShown(tx: Tx, world: World, ticket: TicketRow, shown: string): Promise<boolean> {
  if (!isSignature(ticket, SHOWN, shown)) return false;
  const change = await openTicketChange(tx, world, ticket.desk_id, ticket.ticket_id);
  if (change === null) return false;
  if (await wasShown(tx, ticket)) return true;
  recordEvidence(tx, change, {
    ...{ rung: "displayed", at: change.now, datedAt: null, source: "form", outgoingMailId: null, ofNotice: true },
    detail: "The browser that sent the request came for the page that confirms it.",
  });
  change.save(tx);
  return true;
}

async function wasShown(tx: Tx, { desk_id, ticket_id }: TicketRow): Promise<boolean> {
  const row = await tx
    .selectFrom("evidence")
    .select("evidence_id")
    .where("desk_id", "=", desk_id)
    .where("ticket_id", "=", ticket_id)
    .where("source", "=", "form")
    .executeTakeFirst();
  return row !== undefined;
}

/** As for mail; but a form is answered at once, so that more are refused here, not held. */
async function isTooMany(tx: Tx, { deskId, settings }: Desk, address: string, since: Instant): Promise<boolean> {
  const { ticketsPerAddressAndHour, ticketsPerDomainAndHour, ticketsPerMailboxAndHour } = settings.caps;
  const domain = domainOf(address);
  const { rows } = await sql<{ ofAddress: number; ofDomain: number; all: number }>`
    select count(*)::int as "all",
      count(*) filter (where m.from_address = ${address})::int as "ofAddress",
      count(*) filter (where split_part(m.from_address, '@', 2) = ${domain})::int as "ofDomain"
    from ticket t join message m on m.desk_id = t.desk_id and m.ticket_id = t.ticket_id and m.at = t.received_at
    where t.desk_id = ${deskId} and t.source = 'form' and t.received_at > ${since}`.execute(tx);
  const [{ all, ofAddress, ofDomain }] = rows as [(typeof rows)[number]];
  if (ofAddress >= ticketsPerAddressAndHour || all >= ticketsPerMailboxAndHour) return true;
  return !isPublicMailProvider(domain) && ofDomain >= ticketsPerDomainAndHour;
}

async function readTicket(tx: Tx, deskId: TicketRow["desk_id"], ticketId: string): Promise<TicketRow> {
  return await tx
    .selectFrom("ticket")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .executeTakeFirstOrThrow();
}

function digestOf(sent: Omit<FormRequest, "key">): string {
  const { address, name, language, subject, text, answers } = sent;
  return createHash("sha256")
    .update(JSON.stringify([address, name, language, subject, text, answers.kind, answers.stopped, answers.around]))
    .digest("hex");
}
