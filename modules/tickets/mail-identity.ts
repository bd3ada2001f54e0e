import type { DeskId, Tx } from "@permanence/database";
import { type Instant, instant } from "@permanence/kernel";
import type { InboundMailRow } from "@permanence/mail";
import { sql } from "kysely";

/** A mail that has been read before. */
export type EarlierMail = Pick<InboundMailRow, "inbound_mail_id" | "content_sha256" | "ticket_id">;

const HOUR_MS = 3_600_000;

/** Without a Message-ID only its contents tell a mail: the same ones within this time are one mail that a sender,
 *  who did not hear our answer, sent again. */
const SENT_AGAIN_WITHIN_MS = 24 * HOUR_MS;

/** What tells a mail from others: its Message-ID and what it holds, apart from the traces of its way. */
export type Identity = { messageId: string | null; contentSha256: Buffer };

/** Of two that read mails of one identity at the same time the second waits, and sees the first. Returns the Message-IDs
 *  under which a mail has come before. */
export async function lockIdentities(tx: Tx, deskId: DeskId, identities: Identity[]): Promise<Set<string>> {
  const keys = identities.map(
    ({ messageId, contentSha256 }) => `${deskId}:${messageId ?? contentSha256.toString("hex")}`,
  );
  const locked = sql`
    select pg_advisory_xact_lock(lock)
    from (select distinct hashtextextended(key, 0) as lock from unnest(${keys}::text[]) as t (key) order by lock) locks`;
  const ids = identities.flatMap(({ messageId }) => messageId ?? []);
  const known = sql<{ message_id: string }>`
    select distinct message_id from inbound_mail
    where desk_id = ${deskId} and message_id = any(${ids}::text[]) and kind <> 'duplicate'`;
  const [, { rows }] = await Promise.all([locked.execute(tx), known.execute(tx)]);
  return new Set(rows.map(({ message_id }) => message_id));
}

/** What has been read under this Message-ID (its twin first), or with these contents where it has none. */
export function findAlike(
  tx: Tx,
  deskId: DeskId,
  { messageId, contentSha256 }: Identity,
  now: Instant,
): Promise<EarlierMail[]> {
  const read = tx
    .selectFrom("inbound_mail")
    .select(["inbound_mail_id", "content_sha256", "ticket_id"])
    .where("desk_id", "=", deskId)
    .where("kind", "<>", "duplicate");
  const alike =
    messageId === null
      ? read
          .where("message_id", "is", null)
          .where("content_sha256", "=", contentSha256)
          .where("received_at", ">", instant(now - SENT_AGAIN_WITHIN_MS))
      : read.where("message_id", "=", messageId).orderBy(sql`content_sha256 = ${contentSha256}`, "desc");
  return alike.orderBy("received_at").limit(2).execute();
}
