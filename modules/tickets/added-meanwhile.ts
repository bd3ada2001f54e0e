import { z } from "@hono/zod-openapi";
import type { DeskId, Tx } from "@permanence/database";
import { type ApiContext, Problem } from "@permanence/people";
import { listMessages } from "./message-store.ts";
import { MessageView, messageView } from "./message-view.ts";
import { told } from "./ticket-request.ts";

// Two answer at once: whoever sends says which message they saw last, and learns what was added since.

export const Seen = z.uuid().optional().openapi({
  description: "The last message that the writer of a reply saw: where others added something since, nothing is sent",
});

export const AddedMeanwhile = {
  description: "What stands against it; where something was added since `seen`, what it is.",
  content: { "application/problem+json": { schema: Problem.extend({ added: z.array(MessageView).optional() }) } },
} as const;

export type Added = z.infer<typeof MessageView>[];

/** What others wrote after a message, or at the same instant: the writer of a reply may not have read it. */
export async function addedSince(
  tx: Tx,
  { deskId, ticketId, agentId }: { deskId: DeskId; ticketId: string; agentId: string },
  seen: string,
): Promise<Added> {
  const messages = await listMessages(tx, deskId, ticketId);
  const last = messages.find(({ message_id }) => message_id === seen);
  if (last === undefined) return [];
  const later = messages.filter(({ at, message_id }) => at >= last.at && message_id !== seen);
  return later.filter(({ agent_id }) => agent_id !== agentId).map((message) => messageView(message, []));
}

export function tellAdded(c: ApiContext, added: Added) {
  return c.json({ ...told("added-meanwhile"), added }, 409, { "content-type": "application/problem+json" });
}
