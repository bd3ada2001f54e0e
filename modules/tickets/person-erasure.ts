import { type DeskId, eraseBlobs, type Tx } from "@permanence/database";
import type { Instant, World } from "@permanence/kernel";
import { type Agent, eraseContact } from "@permanence/people";
import { sql } from "kysely";
import { actorOf } from "./agent-actions.ts";
import { uploadOwner } from "./customer-reply.ts";
import { eraseTicket, isUsedElsewhere } from "./erasure.ts";
import { type ErasureRequestRow, handleRequest } from "./erasure-request-store.ts";
import type { PersonalSources } from "./personal-source.ts";
import { discardUploads, listUploadsOf } from "./upload-store.ts";

/** Why the chain says that a ticket was erased. */
const REASON = "The person whom it is about asked for it.";

/**
 * Erases what the desk keeps of a person who asked for it: their tickets' contents, their mail, name, addresses and
 * sign-ins. What moves clocks stays, without names: it proves how soon the desk answered. All or nothing.
 * @returns "open-tickets" while somebody works for them still: nobody could answer any more
 */
export async function erasePerson(
  tx: Tx,
  world: World,
  { agent, sources }: { agent: Agent; sources: PersonalSources },
  request: ErasureRequestRow,
): Promise<"done" | "handled-already" | "open-tickets"> {
  const { desk_id: deskId, contact_id: contactId } = request;
  const tickets = await tx
    .selectFrom("ticket")
    .select(["ticket_id", "state"])
    .where("desk_id", "=", deskId)
    .where("contact_id", "=", contactId)
    .orderBy("ticket_id")
    .execute();
  if (tickets.some(({ state }) => state !== "closed")) return "open-tickets";
  if (!(await handleRequest(tx, world, request, { outcome: "erased", agent, reason: "" }))) return "handled-already";
  for (const { ticket_id } of tickets)
    await eraseTicket(tx, world, deskId, ticket_id, { actor: actorOf(agent), reason: REASON });
  for (const source of Object.values(sources)) await source.forget(tx, deskId, contactId);
  const now = world.clock.now();
  await discardUploads(tx, deskId, await listUploadsOf(tx, deskId, uploadOwner(contactId)), now);
  await eraseMailOf(tx, deskId, await eraseContact(tx, deskId, contactId), now);
  return "done";
}

/** Mail that belongs to no ticket, and the addresses of what was sent. What waits to be sent needs its own. */
async function eraseMailOf(tx: Tx, deskId: DeskId, addresses: string[], now: Instant): Promise<void> {
  const { rows: sent } = await sql<{ sha256: Buffer | null }>`
    update outgoing_mail set subject = '', to_address = ''
    where desk_id = ${deskId} and to_address = any(${addresses}::text[]) and state <> 'queued'
    returning case when ticket_id is null then mime_sha256 end as sha256`.execute(tx);
  const { rows: received } = await sql<{ sha256: Buffer | null }>`
    update inbound_mail set envelope_from = '', from_address = null, from_name = null, subject = null
    where desk_id = ${deskId} and ticket_id is null and lower(from_address) = any(${addresses}::text[])
    returning sha256`.execute(tx);
  const free: Buffer[] = [];
  for (const { sha256 } of [...sent, ...received])
    if (sha256 !== null && !(await isUsedElsewhere(tx, deskId, null, sha256))) free.push(sha256);
  await eraseBlobs(tx, deskId, free, now);
}
