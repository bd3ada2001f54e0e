import { type DeskId, gather, insertInto, type Tx } from "@permanence/database";
import { type Instant, newId, type World } from "@permanence/kernel";
import type { EvidenceRow, EvidenceRung } from "./mail-tables.ts";

/** One recorded fact about a notice's way to its reader. */
export type Evidence = {
  ticketId: string;
  /** Null for what proves it without a mail: a logged call. */
  outgoingMailId: string | null;
  rung: EvidenceRung;
  /** When the desk learned it. */
  at: Instant;
  /** When it happened, where a report says so. */
  datedAt: Instant | null;
  /** "relay", "reply", "dsn", … */
  source: string;
  /** For people: the relay's answer, a report's diagnostic. */
  detail: string;
};

/** Adds a fact; nothing changes or removes one. Returns its id. */
export function appendEvidence(tx: Tx, world: World, deskId: DeskId, evidence: Evidence): string {
  const evidenceId = newId(world);
  gather(tx, evidenceInsert, {
    desk_id: deskId,
    evidence_id: evidenceId,
    ticket_id: evidence.ticketId,
    outgoing_mail_id: evidence.outgoingMailId,
    rung: evidence.rung,
    at: evidence.at,
    dated_at: evidence.datedAt,
    source: evidence.source,
    detail: evidence.detail,
  });
  return evidenceId;
}

const evidenceInsert = insertInto<EvidenceRow>("evidence");

/** All that is known of a ticket's mails and calls, in the order in which the desk learned it. */
export async function listEvidenceOfTicket(tx: Tx, deskId: DeskId, ticketId: string): Promise<EvidenceRow[]> {
  return tx
    .selectFrom("evidence")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .orderBy("at")
    .orderBy("evidence_id")
    .execute();
}

/** The same for a page of outgoing mails, oldest first within each. */
export async function listEvidenceOfMails(tx: Tx, deskId: DeskId, outgoingMailIds: string[]): Promise<EvidenceRow[]> {
  if (outgoingMailIds.length === 0) return [];
  return tx
    .selectFrom("evidence")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("outgoing_mail_id", "in", outgoingMailIds)
    .orderBy("at")
    .orderBy("evidence_id")
    .execute();
}
