import type { DeskId, Tx } from "@permanence/database";
import type { Authentication } from "@permanence/mail";
import { sql } from "kysely";
import type { AttachmentRow, MessageRow } from "./ticket-tables.ts";

/** A message, and what is known of who sent it where it came by mail. */
export type ListedMessage = MessageRow & { authentication: Authentication | null };

/** The conversation, oldest first. */
export async function listMessages(tx: Tx, deskId: DeskId, ticketId: string): Promise<ListedMessage[]> {
  return tx
    .selectFrom("message as e")
    .leftJoin("inbound_mail as m", (join) =>
      join.onRef("m.desk_id", "=", "e.desk_id").onRef("m.inbound_mail_id", "=", "e.inbound_mail_id"),
    )
    .selectAll("e")
    .select("m.authentication")
    .where("e.desk_id", "=", deskId)
    .where("e.ticket_id", "=", ticketId)
    .orderBy("e.at")
    .orderBy("e.message_id")
    .execute();
}

/** A message, if it is this ticket's; null otherwise. */
export async function findMessage(
  tx: Tx,
  deskId: DeskId,
  ticketId: string,
  messageId: string,
): Promise<MessageRow | null> {
  const row = await tx
    .selectFrom("message")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("message_id", "=", messageId)
    .where("ticket_id", "=", ticketId)
    .executeTakeFirst();
  return row ?? null;
}

export async function listAttachments(tx: Tx, deskId: DeskId, messageIds: string[]): Promise<AttachmentRow[]> {
  if (messageIds.length === 0) return [];
  return tx
    .selectFrom("attachment")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("message_id", "in", messageIds)
    .orderBy("message_id")
    .orderBy("position")
    .execute();
}

/** A ticket's chain of events with the names of the agents in it, first to last. */
export async function listEvents(tx: Tx, deskId: DeskId, ticketId: string) {
  return tx
    .selectFrom("ticket_event as e")
    .leftJoin("agent as a", (join) =>
      join.onRef("a.desk_id", "=", "e.desk_id").on(sql<boolean>`e.actor = 'agent:' || a.agent_id`),
    )
    .selectAll("e")
    .select("a.name as agent_name")
    .where("e.desk_id", "=", deskId)
    .where("e.ticket_id", "=", ticketId)
    .orderBy("e.sequence")
    .execute();
}

export type ListedEvent = Awaited<ReturnType<typeof listEvents>>[number];
