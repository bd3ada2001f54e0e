import type { Db } from "@permanence/database";
import { sql } from "kysely";
import { fail, type Finding, ok } from "./finding.ts";

const OLDEST_MAJOR = 15;

export async function checkDatabase(db: Db): Promise<Finding> {
  const { version } = await db.ping();
  const { rows } = await sql<{ encoding: string; fsync: string }>`
    select current_setting('server_encoding') as encoding, current_setting('fsync') as fsync`.execute(db.directory);
  const { encoding, fsync } = rows[0]!;
  if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
    return fail(
      "database",
      `PostgreSQL ${version} answers, which is too old.`,
      `Upgrade it to ${OLDEST_MAJOR} or later.`,
    );
  }
  if (encoding !== "UTF8") {
    return fail(
      "database",
      `The database's encoding is ${encoding}.`,
      "Make a database with encoding UTF8 and name it in DATABASE_URL.",
    );
  }
  if (fsync !== "on") {
    return fail(
      "database",
      "PostgreSQL runs with fsync off.",
      "Set fsync = on: without it, mail that was accepted is lost when the power fails.",
    );
  }
  return ok("database", `PostgreSQL ${version} answers, with fsync, in UTF-8.`);
}
