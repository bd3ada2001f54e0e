import { createHash } from "node:crypto";
import type { DeskId, Tx } from "@permanence/database";
import type { MessageRow } from "./ticket-tables.ts";

/** The id of a message that its sender named by an Idempotency-Key (a UUIDv8, RFC 9562): its first 20 digits follow from
 *  the key, its last 12 from what was sent, so that the row itself says whether the same was sent again. */
export type NamedMessage = { id: string; key: string };

/** The same key of the same agent on the same ticket names one message. */
export function messageIdOf(
  { agentId, ticketId, key }: { agentId: string; ticketId: string; key: string },
  sent: { kind: string; text: string; state: string },
): NamedMessage {
  const bytes = Buffer.concat([
    digest(`${agentId}:${ticketId}:${key}`).subarray(0, 10),
    digest(JSON.stringify([sent.kind, sent.text, sent.state])).subarray(0, 6),
  ]);
  bytes[6] = 0x80 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString("hex");
  const key20 = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-`;
  return { key: key20, id: key20 + hex.slice(20) };
}

/** What was sent to this ticket under this key before: the same message, "other" for another one, or null. */
export async function findRepeated(
  tx: Tx,
  deskId: DeskId,
  ticketId: string,
  named: NamedMessage,
): Promise<MessageRow | "other" | null> {
  const found = await findNamed(tx, deskId, named);
  return found === null || found === "other" || found.ticket_id === ticketId ? found : null;
}

/** The same in all of the desk's tickets. */
export async function findNamed(
  tx: Tx,
  deskId: DeskId,
  { id, key }: NamedMessage,
): Promise<MessageRow | "other" | null> {
  const row = await tx
    .selectFrom("message")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("message_id", ">=", `${key}000000000000`)
    .where("message_id", "<=", `${key}ffffffffffff`)
    .executeTakeFirst();
  if (!row) return null;
  return row.message_id === id ? row : "other";
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
