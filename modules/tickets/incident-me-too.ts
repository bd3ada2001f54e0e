import type { Tx } from "@permanence/database";
import { type Instant, instant, type World } from "@permanence/kernel";
import { type Desk, findBlocked, findOrMakeContact } from "@permanence/people";
import { sql } from "kysely";
import { addMessage } from "./conversation.ts";
import { type IncidentRow, joinIncident, lockIncident, textIn } from "./incident-store.ts";
import { answeringMailbox, isOwnMailbox } from "./own-mailboxes.ts";
import { registerTicket } from "./registration.ts";
import { PRIORITIES, type Priority } from "./ticket-tables.ts";

const BY_INCIDENT = "Of the incident that it is part of.";

export type MeToo = { address: string; language: string };

/** Somebody has the same trouble, and says so without writing: a ticket of the incident, with its notice. Whoever is counted
 *  already has nothing added, so that nobody's mailbox can be filled by it. @returns the ticket's number */
export async function joinMeToo(
  tx: Tx,
  world: World,
  desk: Desk,
  incidentId: string,
  { address, language }: MeToo,
): Promise<number | "not-found" | "not-running" | "not-welcome" | "too-many"> {
  const { deskId, settings } = desk;
  const incident = await lockIncident(tx, deskId, incidentId); // Two who click at once wait here for each other.
  if (incident === null || !incident.is_public) return "not-found"; // What is not public must look as if it were not there.
  if (incident.state !== "running") return "not-running";
  const isBlocked = (await findBlocked(tx, deskId, [address])).has(address);
  if (isBlocked || isOwnMailbox(desk, address)) return "not-welcome";
  const contact = await findOrMakeContact(tx, world, deskId, { address, name: "", language, source: "form" });
  const since = instant(world.clock.now() - HOUR_MS);
  const joined = await readJoined(tx, incident, contact.contactId, since);
  if (joined.own !== null) return joined.own;
  if (joined.meanwhile >= settings.caps.ticketsPerDomainAndHour) return "too-many"; // Anybody may ask, in anybody's name.
  const subject = textIn(incident.title, language, settings.languages);
  const change = await registerTicket(tx, world, desk, {
    ...{ actor: "customer", source: "form", subject, receivedAt: world.clock.now(), language },
    ...{ priority: joined.priority, priorityReason: BY_INCIDENT, toBeClassified: false },
    triage: { by: "desk", suggested: null, confidence: null, reasons: [] },
    reader: { contactId: contact.contactId, address, name: contact.name, verified: contact.verified },
    ...{ organisationId: contact.organisationId, linkedTicketId: null, thread: { inReplyTo: null, references: [] } },
    ...{ mailbox: answeringMailbox(desk, []), caps: true },
  });
  addMessage(tx, change, {
    ...{ kind: "customer", at: change.now, agentId: null, text: subject, reply: subject, html: null, attachments: [] },
    ...{ from: { address, name: contact.name }, inboundMail: null, outgoingMailId: null },
  });
  change.save(tx);
  await joinIncident(tx, world, deskId, incidentId, [change.ticket.ticket_id], "customer");
  return change.ticket.number;
}

const HOUR_MS = 3_600_000;

type Joined = { own: number | null; priority: Priority; meanwhile: number };
type Row = { number: number; priority: Priority; isTheirs: boolean; isNew: boolean };

/** The number of the contact's own ticket of it, the highest priority of all, and how many joined this way since then. */
async function readJoined(tx: Tx, incident: IncidentRow, contactId: string, since: Instant): Promise<Joined> {
  const { desk_id: deskId, incident_id: incidentId } = incident;
  const { rows } = await sql<Row>`
    select t.number, t.priority, t.contact_id = ${contactId} as "isTheirs",
      i.joined_by = 'customer' and i.joined_at > ${since} as "isNew"
    from incident_ticket i join ticket t on t.desk_id = i.desk_id and t.ticket_id = i.ticket_id
    where i.desk_id = ${deskId} and i.incident_id = ${incidentId} and i.left_at is null and t.state <> 'closed'`.execute(
    tx,
  );
  const own = rows.find(({ isTheirs }) => isTheirs)?.number ?? null;
  const priority = PRIORITIES.find((each) => rows.some((row) => row.priority === each)) ?? "normal";
  return { own, priority, meanwhile: rows.filter(({ isNew }) => isNew).length };
}
