import type { DeskId, Tx } from "@permanence/database";
import { sql } from "kysely";
import type { AttachmentRow, MessageRow } from "./ticket-tables.ts";

/** The conversation, oldest first. */
export async function listMessages(tx: Tx, deskId: DeskId, ticketId: string): Promise<MessageRow[]> {
  return tx
    .selectFrom("message")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .orderBy("at")
    .orderBy("message_id")
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
