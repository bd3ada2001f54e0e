import { z } from "@hono/zod-openapi";
import type { DeskId, Tx } from "@permanence/database";
import { type ApiContext, Problem } from "@permanence/people";
import { listEvents, listMessages } from "./message-store.ts";
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

/** What others wrote after a message: the writer of a reply has not read it. The chain says in which order, also of one instant. */
export async function addedSince(
  tx: Tx,
  { deskId, ticketId, agentId }: { deskId: DeskId; ticketId: string; agentId: string },
  seen: string,
): Promise<Added> {
  const order = (await listEvents(tx, deskId, ticketId)).flatMap(({ type, data }) =>
    type === "message" ? [String(data?.["messageId"])] : [],
  );
  const at = order.indexOf(seen);
  if (at === -1) return [];
  const later = new Set(order.slice(at + 1));
  const messages = await listMessages(tx, deskId, ticketId);
  return messages
    .filter(({ message_id, agent_id }) => later.has(message_id) && agent_id !== agentId)
    .map((message) => messageView(message, []));
}

export function tellAdded(c: ApiContext, added: Added) {
  return c.json({ ...told("added-meanwhile"), added }, 409, { "content-type": "application/problem+json" });
}
