import { announce, type DeskId, type Tx } from "@permanence/database";
import { newId, type World } from "@permanence/kernel";
import type { Moderation } from "./suggestion-tables.ts";

type NewComment = {
  suggestionId: string;
  contactId: string | null;
  agentId: string | null;
  text: string;
  language: string;
  signed: boolean;
};

/** Keeps what a customer says, which waits for an agent; or the desk's official answer, which does not. @returns its id */
export async function addComment(tx: Tx, world: World, deskId: DeskId, comment: NewComment): Promise<string> {
  const commentId = newId(world);
  const { suggestionId, contactId, agentId, ...said } = comment;
  const official = agentId !== null;
  await tx
    .insertInto("suggestion_comment")
    .values({
      ...{ desk_id: deskId, comment_id: commentId, suggestion_id: suggestionId, contact_id: contactId },
      ...{ agent_id: agentId, official, ...said, at: world.clock.now() },
      ...{
        moderation: official ? ("approved" as const) : ("waiting" as const),
        moderation_reason: null,
        moved_from: null,
      },
    })
    .execute();
  announce(tx, deskId, { type: "suggestion", suggestionId });
  return commentId;
}

/** @returns false where the suggestion has no such comment of a customer's */
export async function moderateComment(
  tx: Tx,
  deskId: DeskId,
  { suggestionId, commentId }: { suggestionId: string; commentId: string },
  { moderation, reason }: { moderation: Moderation; reason: string | null },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("suggestion_comment")
    .set({ moderation, moderation_reason: reason })
    .where("desk_id", "=", deskId)
    .where("suggestion_id", "=", suggestionId)
    .where("comment_id", "=", commentId)
    .where("official", "=", false)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
