import { existsSync } from "node:fs";
import { join } from "node:path";
import { findMissingMigrations, openDatabase } from "@permanence/database";
import type { Configuration } from "../configuration.ts";
import { reachServer } from "../installation.ts";
import { checkDatabase, checkDesks } from "./database-checks.ts";
import { fail, type Finding, ok } from "./finding.ts";
import { checkImap } from "./imap-check.ts";
import { checkClock, checkDisk } from "./machine-checks.ts";
import { checkRelay } from "./relay-check.ts";

const EMBEDDED_MARK = "postgres-password"; // The first thing that an embedded database leaves in its data folder.

/** Looks at all that an installation stands on, and changes nothing. An embedded database that does not run is
 *  started for as long as it takes. */
export async function examine(configuration: Configuration): Promise<Finding[]> {
  const { dataDir, databaseUrl, smtpRelay } = configuration;
  if (databaseUrl === null && !existsSync(join(dataDir, EMBEDDED_MARK))) {
    return [
      fail(
        "database",
        `There is no installation in ${dataDir}.`,
        "Start one (npm start), or name another folder with --data.",
      ),
    ];
  }
  const [ofDatabase, ofRelay] = await Promise.all([examineDatabase(configuration), checkRelay(smtpRelay)]);
  return [...ofDatabase, ofRelay, ...(existsSync(dataDir) ? [await checkDisk(dataDir)] : [])];
}

async function examineDatabase(configuration: Configuration): Promise<Finding[]> {
  try {
    const server = await reachServer(configuration, () => {});
    try {
      return await examineServer(server.url, configuration);
    } finally {
      await server.stop();
    }
  } catch (error) {
    const advice =
      configuration.databaseUrl === null
        ? "See whether the disk is full or the folder's owner changed."
        : "Check DATABASE_URL, and whether that server runs.";
    return [fail("database", `The database does not answer: ${(error as Error).message}`, advice)];
  }
}

async function examineServer(url: string, { imapPasswords }: Configuration): Promise<Finding[]> {
  const db = await openDatabase({ url, maxConnections: 1, applicationName: "permanence doctor" });
  try {
    const findings = [await checkDatabase(db), await checkClock(db)];
    const missing = await findMissingMigrations(url);
    if (missing.length > 0) {
      return [...findings, fail("migrations", `The database lacks ${missing.join(", ")}.`, "Run: permanence migrate")];
    }
    const schema = ok("migrations", "The database has this version's schema.");
    return [...findings, schema, await checkDesks(db), ...(await checkImap(db, imapPasswords))];
  } finally {
    await db.close();
  }
}
