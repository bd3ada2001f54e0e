import type { DeskId, Tx } from "@permanence/database";
import { type Instant, toIso } from "@permanence/kernel";
import { sql } from "kysely";

/** What a customer proposed, said and wants, for the file of what is kept about them. */
export async function readOwnFeedback(tx: Tx, deskId: DeskId, contactId: string): Promise<Record<string, unknown>[]> {
  const { rows } = await sql<{ what: string; at: Instant; suggestion: string; text: string | null }>`
    select * from (
      select 'suggestion' as what, created_at as at, title as suggestion, text from suggestion
        where desk_id = ${deskId} and contact_id = ${contactId}
      union all
      select 'comment', c.at, s.title, c.text from suggestion_comment c join suggestion s using (desk_id, suggestion_id)
        where c.desk_id = ${deskId} and c.contact_id = ${contactId}
      union all
      select 'vote', v.at, s.title, null from suggestion_vote v join suggestion s using (desk_id, suggestion_id)
        where v.desk_id = ${deskId} and v.contact_id = ${contactId}
      union all
      select 'followed', f.at, s.title, null from suggestion_follow f join suggestion s using (desk_id, suggestion_id)
        where f.desk_id = ${deskId} and f.contact_id = ${contactId}
    ) own order by at, what`.execute(tx);
  return rows.map(({ at, ...row }) => ({ ...row, at: toIso(at) }));
}
