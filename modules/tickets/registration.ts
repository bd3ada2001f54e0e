import type { Tx } from "@permanence/database";
import { type Instant, newId, newToken, type World } from "@permanence/kernel";
import { type Desk, nextTicketNumber } from "@permanence/people";
import { clockRow, foldResponse } from "@permanence/sla";
import { CHAIN_START } from "./event-chain.ts";
import { queueNotice, type Reader, type Thread } from "./notice.ts";
import { NOT_DUE, queueAt } from "./response-clock.ts";
import { TicketChange } from "./ticket-change.ts";
import type { Priority, TicketRow } from "./ticket-tables.ts";

/** What makes a ticket. `actor` is who brought it: "customer" or "agent:<id>". */
export type Registration = {
  actor: string;
  source: TicketRow["source"];
  subject: string;
  receivedAt: Instant;
  priority: Priority;
  priorityReason: string;
  language: string;
  reader: Reader;
  organisationId: string | null;
  linkedTicketId: string | null;
  thread: Thread;
  mailbox: string;
  caps: boolean;
};

/**
 * Registers a ticket inside the caller's transaction: number, priority with its reason, response clock from
 * the moment of receipt, notice in the outbox, events. The caller adds the first message to the returned
 * change and inserts nothing else for it.
 */
export async function registerTicket(
  tx: Tx,
  world: World,
  desk: Desk,
  registration: Registration,
): Promise<TicketChange> {
  const change = new TicketChange(world, await newTicket(tx, world, desk, registration));
  const { ticket } = change;
  change.record("registered", registration.actor, {
    number: ticket.number,
    source: ticket.source,
    language: ticket.language,
    receivedAt: ticket.received_at,
    priority: ticket.priority,
    priorityReason: ticket.priority_reason,
    policy: desk.settings.policy,
  });
  const { priority, received_at: receivedAt } = ticket;
  const clock = foldResponse({ receivedAt, priority, policy: desk.settings.policy, events: [], now: change.now });
  change.set({ queue_at: queueAt(clock) });
  change.insertTicket(tx, clockRow(ticket.desk_id, ticket.ticket_id, "response", clock));
  await queueNotice(tx, world, desk, change, { ...registration, template: "notice" });
  return change;
}

async function newTicket(tx: Tx, world: World, desk: Desk, registration: Registration): Promise<TicketRow> {
  return {
    desk_id: desk.deskId,
    ticket_id: newId(world),
    number: await nextTicketNumber(tx, desk.deskId),
    subject: registration.subject,
    state: "new",
    closed_as: null,
    closed_at: null,
    state_before_closing: null,
    priority: registration.priority,
    priority_reason: registration.priorityReason,
    language: registration.language,
    contact_id: registration.reader.contactId,
    organisation_id: registration.organisationId,
    assignee_id: null,
    source: registration.source,
    received_at: registration.receivedAt,
    linked_ticket_id: registration.linkedTicketId,
    reply_token: newToken(world),
    queue_at: NOT_DUE,
    updated_at: world.clock.now(),
    version: 0,
    event_count: 0,
    event_digest: CHAIN_START,
  };
}
