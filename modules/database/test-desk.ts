import { sql } from "kysely";
import type { Db } from "./database.ts";
import { type DeskId, deskId } from "./desk-id.ts";

/** For tests: the nth desk, with nothing but its row. */
export async function addTestDesk(db: Db, n = 1): Promise<DeskId> {
  const id = deskId(`00000000-0000-7000-8000-${String(n).padStart(12, "0")}`);
  await db.transaction(id, (tx) =>
    sql`insert into desk (desk_id, slug, name, settings, applied_at) values (${id}, ${`desk-${n}`}, ${`Desk ${n}`}, '{}', 0)`.execute(
      tx,
    ),
  );
  return id;
}
