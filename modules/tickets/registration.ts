import type { Tx } from "@permanence/database";
import { type Instant, newId, newToken, type World } from "@permanence/kernel";
import { findOwnAddresses } from "@permanence/mail";
import { type Desk, findContracts, nextTicketNumbers, type Terms, termsAt } from "@permanence/people";
import { openAssignment } from "./assignment.ts";
import { CHAIN_START } from "./event-chain.ts";
import { putNotice, type Reader, type Thread } from "./notice.ts";
import { NO_CAPS, openNoticeCaps } from "./notice-caps.ts";
import { NOT_DUE } from "./ticket-clocks.ts";
import { startTicket, type TicketChange } from "./ticket-change.ts";
import { signsOf, type suggestionForChain, type TicketTriage } from "./ticket-triage.ts";
import type { Priority, TicketRow } from "./ticket-tables.ts";

/** What makes a ticket. `actor` is who brought it: "customer" or "agent:<id>". */
export type Registration = {
  actor: string;
  source: TicketRow["source"];
  subject: string;
  receivedAt: Instant;
  priority: Priority;
  priorityReason: string;
  /** Null where nothing was suggested. */
  triage: TicketTriage | null;
  toBeClassified: boolean;
  /** What the chain keeps of a suggestion. */
  suggestion?: ReturnType<typeof suggestionForChain>;
  /** What the notice says of an incident that runs; empty where none does. */
  incident?: string;
  language: string;
  reader: Reader & { contactId: string };
  organisationId: string | null;
  linkedTicketId: string | null;
  thread: Thread;
  mailbox: string;
  caps: boolean;
};

/** Registers one ticket: see `registerTickets`. */
export async function registerTicket(
  tx: Tx,
  world: World,
  desk: Desk,
  registration: Registration,
): Promise<TicketChange> {
  const [change] = await registerTickets(tx, world, desk, [registration]);
  return change!;
}

/**
 * Registers tickets inside the caller's transaction: number, priority with its reason, response clock from the moment
 * of receipt, notice in the outbox, events. The caller adds the first message to each returned change, saves it, and
 * inserts nothing else for it. The database is asked first, and for all of them at once; then rows are gathered.
 */
export async function registerTickets(
  tx: Tx,
  world: World,
  desk: Desk,
  registrations: Registration[],
): Promise<TicketChange[]> {
  const addresses = registrations.map(({ reader }) => reader.address);
  const capped = registrations.filter(({ caps }) => caps).map(({ reader }) => reader.address);
  const organisationIds = registrations.flatMap(({ organisationId }) => organisationId ?? []);
  const [numbers, ownAddresses, contracts, applyRules, caps] = await Promise.all([
    nextTicketNumbers(tx, desk.deskId, registrations.length),
    findOwnAddresses(tx, desk.deskId, addresses),
    findContracts(tx, desk.deskId, organisationIds),
    openAssignment(tx, desk.deskId),
    capped.length === 0 ? NO_CAPS : openNoticeCaps(tx, desk, capped, world.clock.now()),
  ]);
  return registrations.map((registration, index) => {
    const { contactId } = registration.reader;
    const change = startTicket(
      tx,
      world,
      newTicket(world, desk, { ...registration, contactId, number: numbers[index]! }),
    );
    const { organisationId, receivedAt } = registration;
    const terms = termsAt(desk.promises, contracts.policyAt(organisationId, receivedAt), receivedAt);
    recordRegistration(change, terms, registration);
    applyRules(change, { mailbox: registration.mailbox.toLowerCase(), signs: signsOf(registration.triage) });
    const notBefore = registration.caps ? caps(registration.reader.address) : null;
    putNotice(tx, world, desk, change, { ...registration, template: "notice", notBefore }, ownAddresses);
    return change;
  });
}

/** What was promised is kept with the ticket, whole: policies and calendars that change later change nothing for it. */
function recordRegistration(
  change: TicketChange,
  { response: policy, ...terms }: Terms,
  { actor, suggestion }: Registration,
): void {
  const { ticket } = change;
  change.record("registered", actor, {
    number: ticket.number,
    source: ticket.source,
    language: ticket.language,
    receivedAt: ticket.received_at,
    priority: ticket.priority,
    priorityReason: ticket.priority_reason,
    policy,
    terms,
    ...(suggestion && { triage: suggestion }),
  });
}

/** What a new ticket's row is made of. */
type NewRow = Pick<
  Registration,
  | ("source" | "subject" | "receivedAt" | "priority" | "priorityReason" | "triage" | "toBeClassified")
  | ("language" | "organisationId" | "linkedTicketId")
> & { contactId: string; number: number };

export function newTicket(world: World, desk: Desk, registration: NewRow): TicketRow {
  return {
    desk_id: desk.deskId,
    ticket_id: newId(world),
    number: registration.number,
    subject: registration.subject,
    state: "new",
    closed_as: null,
    closed_at: null,
    state_before_closing: null,
    priority: registration.priority,
    priority_reason: registration.priorityReason,
    language: registration.language,
    contact_id: registration.contactId,
    organisation_id: registration.organisationId,
    assignee_id: null,
    team_id: null,
    tag_ids: [],
    snooze: null,
    snoozed_until: null,
    is_late: false,
    source: registration.source,
    received_at: registration.receivedAt,
    linked_ticket_id: registration.linkedTicketId,
    reply_token: newToken(world),
    queue_at: NOT_DUE,
    triage: registration.triage,
    to_be_classified: registration.toBeClassified,
    updated_at: world.clock.now(),
    version: 0,
    event_count: 0,
    event_digest: CHAIN_START,
  };
}
