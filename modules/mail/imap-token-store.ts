import type { DeskId, Tx } from "@permanence/database";
import { sql } from "kysely";

/** The sealed refresh token that replaced the given one; null where none did. Who asks next waits for this transaction. */
export async function lockToken(tx: Tx, deskId: DeskId, mailboxId: string): Promise<Buffer | null> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`imap-token:${mailboxId}`}, 0))`.execute(tx);
  const row = await tx
    .selectFrom("imap_token")
    .select("sealed")
    .where("desk_id", "=", deskId)
    .where("mailbox_id", "=", mailboxId)
    .executeTakeFirst();
  return row?.sealed ?? null;
}

export async function saveToken(tx: Tx, deskId: DeskId, mailboxId: string, sealed: Buffer): Promise<void> {
  await tx
    .insertInto("imap_token")
    .values({ desk_id: deskId, mailbox_id: mailboxId, sealed })
    .onConflict((conflict) => conflict.columns(["desk_id", "mailbox_id"]).doUpdateSet({ sealed }))
    .execute();
}
