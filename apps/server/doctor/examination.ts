import { existsSync } from "node:fs";
import { join } from "node:path";
import { findData, findMissingMigrations, openDatabase } from "@permanence/database";
import type { Configuration } from "../configuration.ts";
import { reachServer } from "../installation.ts";
import { Refusal } from "../refusal.ts";
import { findRunningServices, type RunningService } from "../running-service.ts";
import { checkDatabase } from "./database-checks.ts";
import { checkDesks } from "./desk-checks.ts";
import { fail, type Finding, ok } from "./finding.ts";
import { checkIdentity } from "./identity-check.ts";
import { checkImap } from "./imap-check.ts";
import { checkClock, checkDisk } from "./machine-checks.ts";
import { checkProbe } from "./probe-check.ts";
import { checkRelay } from "./relay-check.ts";
import { relaysInUse } from "./relays-in-use.ts";
import { checkService, checkSmtp, checkWeb } from "./service-checks.ts";

const EMBEDDED_MARK = "postgres-password"; // The first thing that an embedded database leaves in its data folder.

const ELSEWHERE_NOTE = "postgres-is-elsewhere.txt";

/** Looks at all that an installation stands on, and changes nothing. An embedded database that does not run is
 *  started for as long as it takes.
 *  @param desk the slug of the only desk to look at; null for all. One that does not exist is refused. */
export async function examine(
  configuration: Configuration,
  desk: string | null,
  { probe = false }: { probe?: boolean } = {},
): Promise<Finding[]> {
  const { dataDir, databaseUrl } = configuration;
  if (databaseUrl === null && !existsSync(join(dataDir, EMBEDDED_MARK))) {
    return [
      fail(
        "database",
        `There is no installation in ${dataDir}.`,
        "Start one (npm start), or name another folder with --data.",
      ),
    ];
  }
  const { services, findings } = await examineDatabase(configuration, { desk, probe });
  const relays = relaysInUse(configuration.smtpRelay, services);
  const others = await Promise.all([
    checkWeb(services),
    checkSmtp(services),
    ...relays.map(async (relay) => [await checkRelay(relay)]),
    Promise.all((await foldersInUse(configuration)).map(checkDisk)),
  ]);
  return [...findings, ...others.flat()];
}

/** The data folder, and that of the embedded database where it is elsewhere (as root, below /root). */
async function foldersInUse({ dataDir, databaseUrl }: Configuration): Promise<string[]> {
  const data = databaseUrl === null ? await findData(dataDir) : null;
  const isElsewhere = data !== null && existsSync(join(dataDir, ELSEWHERE_NOTE));
  return [...(existsSync(dataDir) ? [dataDir] : []), ...(isElsewhere ? [data] : [])];
}

type Examined = { services: RunningService[]; findings: Finding[] };

/** `probe`: whether mail is sent to see what the relay keeps of it. */
type Question = { desk: string | null; probe: boolean };

async function examineDatabase(configuration: Configuration, question: Question): Promise<Examined> {
  try {
    const server = await reachServer(configuration, () => {});
    try {
      return await examineServer(server.url, configuration, question);
    } finally {
      await server.stop();
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const advice =
      configuration.databaseUrl === null
        ? "See whether the disk is full or the folder's owner changed."
        : "Check DATABASE_URL, and whether that server runs.";
    return {
      services: [],
      findings: [fail("database", `The database does not answer: ${(error as Error).message}`, advice)],
    };
  }
}

async function examineServer(
  url: string,
  { smtpRelay, databaseUrl, imapPasswords }: Configuration,
  { desk, probe }: Question,
): Promise<Examined> {
  const db = await openDatabase({ url, maxConnections: 1, applicationName: "permanence doctor" });
  try {
    const ofServer = [await checkDatabase(db), await checkClock(db)];
    const missing = await findMissingMigrations(url);
    if (missing.length > 0) {
      const lacks = fail("migrations", `The database lacks ${missing.join(", ")}.`, "Run: permanence migrate");
      return { services: [], findings: [...ofServer, lacks] };
    }
    const services = await findRunningServices(db);
    const relay = relaysInUse(smtpRelay, services).find((each) => each !== null) ?? null;
    const ofDesks = await checkDesks(db, { slug: desk, sends: relay !== null });
    const ofProbe = relay === null ? [] : await checkProbe(db, desk, { send: probe });
    const ofIdentity = relay === null ? [] : await checkIdentity(db, desk, relay.host);
    const ofImap = await checkImap(db, imapPasswords, desk);
    const schema = ok("migrations", "The database has this version's schema.");
    return {
      services,
      findings: [
        ...checkService(services, databaseUrl === null),
        ...ofServer,
        schema,
        ...ofDesks,
        ...ofImap,
        ...ofIdentity,
        ...ofProbe,
      ],
    };
  } finally {
    await db.close();
  }
}
