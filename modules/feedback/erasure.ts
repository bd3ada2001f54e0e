import type { DeskId, Tx } from "@permanence/database";
import { sql } from "kysely";
import { countVotes } from "./vote-store.ts";

/**
 * Takes a person out of all suggestions, as the law may demand: what they proposed and said stays without their name, their
 * votes go (whoever is gone wants nothing any more, and without its voter no vote could be kept from counting twice), and
 * they follow nothing.
 */
export async function forgetContact(tx: Tx, deskId: DeskId, contactId: string): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    delete from suggestion_vote where desk_id = ${deskId} and contact_id = ${contactId}
    returning suggestion_id as id`.execute(tx);
  for (const table of ["suggestion_follow", "suggestion_news"] as const) {
    await tx.deleteFrom(table).where("desk_id", "=", deskId).where("contact_id", "=", contactId).execute();
  }
  for (const table of ["suggestion", "suggestion_comment"] as const) {
    await tx
      .updateTable(table)
      .set({ contact_id: null, signed: false })
      .where("desk_id", "=", deskId)
      .where("contact_id", "=", contactId)
      .execute();
  }
  await countVotes(
    tx,
    deskId,
    rows.map(({ id }) => id),
  );
}
