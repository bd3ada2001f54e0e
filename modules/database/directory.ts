import type { Db } from "./database.ts";
import type { DeskId } from "./desk-id.ts";
import type { DirectoryKind } from "./tables.ts";

/** Every desk of the installation, by slug. */
export async function findDesks(db: Db): Promise<DeskId[]> {
  const rows = await db.directory
    .selectFrom("directory")
    .select("desk_id")
    .where("kind", "=", "desk")
    .orderBy("key")
    .execute();
  return rows.map((row) => row.desk_id);
}

/** The desk that a slug, mailbox, host or token (hex SHA-256 of it) belongs to. Keys are lower case. */
export async function lookUp(db: Db, kind: DirectoryKind, key: string): Promise<DeskId | null> {
  const row = await db.directory
    .selectFrom("directory")
    .select("desk_id")
    .where("kind", "=", kind)
    .where("key", "=", key)
    .executeTakeFirst();
  return row?.desk_id ?? null;
}
