import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import type { ColumnType } from "kysely";
import type { DraftContent } from "./draft-content.ts";

/** What an agent writes on a ticket, and when it is sent. */
export type DraftRow = {
  desk_id: DeskId;
  draft_id: string;
  agent_id: string;
  ticket_id: string;
  place: string;
  content: DraftContent;
  version: number;
  saved_at: Instant;
  message_id: string | null;
  send_at: Instant | null;
  letter: WrittenLetter | null;
  problem: string | null;
};

/** As it is sent: with the variables' values. */
export type WrittenLetter = { text: string; html: string | null };

declare module "@permanence/database" {
  interface Tables {
    draft: Omit<DraftRow, "content" | "letter"> & {
      content: ColumnType<DraftContent, string, string>;
      letter: ColumnType<WrittenLetter | null, string | null, string | null>;
    };
  }
}

/** Whose draft of what. */
export type DraftPlace = { agentId: string; ticketId: string; place: string };

/** An agent's drafts on a ticket, those that are being sent among them. */
export async function listDrafts(
  tx: Tx,
  deskId: DeskId,
  { agentId, ticketId }: Omit<DraftPlace, "place">,
): Promise<DraftRow[]> {
  return tx
    .selectFrom("draft")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .where("ticket_id", "=", ticketId)
    .orderBy("saved_at")
    .execute();
}

/** The one that is being written, locked until the transaction ends. */
export async function lockDraft(tx: Tx, deskId: DeskId, { agentId, ticketId, place }: DraftPlace) {
  const row = await tx
    .selectFrom("draft")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .where("ticket_id", "=", ticketId)
    .where("place", "=", place)
    .where("send_at", "is", null)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

/** One that is being sent, by the message that it becomes; locked until the transaction ends. */
export async function lockSending(tx: Tx, deskId: DeskId, messageId: string, agentId: string) {
  const row = await tx
    .selectFrom("draft")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("message_id", "=", messageId)
    .where("agent_id", "=", agentId)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

export async function lockDraftById(tx: Tx, deskId: DeskId, draftId: string): Promise<DraftRow | null> {
  const row = await tx
    .selectFrom("draft")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("draft_id", "=", draftId)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

export async function findDraftById(tx: Tx, deskId: DeskId, draftId: string) {
  const row = await tx
    .selectFrom("draft")
    .select(["ticket_id"])
    .where("desk_id", "=", deskId)
    .where("draft_id", "=", draftId)
    .executeTakeFirst();
  return row ?? null;
}

/** Writes the row, new or as it has become. */
export async function putDraft(tx: Tx, row: DraftRow): Promise<void> {
  const { content, letter, ...plain } = row;
  const written = { ...plain, content: JSON.stringify(content), letter: letter && JSON.stringify(letter) };
  await tx
    .insertInto("draft")
    .values(written)
    .onConflict((conflict) => conflict.columns(["desk_id", "draft_id"]).doUpdateSet(written))
    .execute();
}

export async function removeDraft(tx: Tx, { desk_id, draft_id }: DraftRow): Promise<void> {
  await tx.deleteFrom("draft").where("desk_id", "=", desk_id).where("draft_id", "=", draft_id).execute();
}

/** Those whose time came before `before`: their job may be lost. */
export async function listOverdueSendings(tx: Tx, deskId: DeskId, before: Instant, limit: number) {
  return tx
    .selectFrom("draft")
    .select(["draft_id", "send_at"])
    .where("desk_id", "=", deskId)
    .where("send_at", "<", before)
    .orderBy("send_at")
    .limit(limit)
    .execute();
}
