import type { Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import type { Desk } from "@permanence/people";

const HOUR_MS = 3_600_000;

/**
 * When the next notice to this address may leave: null for at once. Two programs that answer each other would
 * mail for ever; the cap per hour spaces what we send, and omits none of it.
 */
export async function noticeNotBefore(tx: Tx, desk: Desk, address: string, now: Instant): Promise<Instant | null> {
  const cap = desk.settings.caps.noticesPerAddressAndHour;
  const oldestOfTheLast = await tx
    .selectFrom("outgoing_mail")
    .select((mail) => mail.fn.coalesce("next_attempt_at", "sent_at", "created_at").as("leaves_at"))
    .where("desk_id", "=", desk.deskId)
    .where("to_address", "=", address.toLowerCase())
    .where("purpose", "=", "notice")
    .where("created_at", ">", (now - 24 * HOUR_MS) as Instant)
    .orderBy("leaves_at", "desc")
    .offset(cap - 1)
    .limit(1)
    .executeTakeFirst();
  if (!oldestOfTheLast) return null;
  const notBefore = (Number(oldestOfTheLast.leaves_at) + HOUR_MS) as Instant;
  return notBefore > now ? notBefore : null;
}
