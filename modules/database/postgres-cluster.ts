import { chown, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renameDurably } from "./durable-file.ts";
import { programOf } from "./postgres-binaries.ts";
import type { Place } from "./postgres-place.ts";
import { startWatched } from "./watched-process.ts";
import { Obstacle } from "./obstacle.ts";

// PostgreSQL's own superuser has no way in: it is used before the server first listens, and only this role,
// which owns its database and nothing more, may connect.
const ACCESS = "local all permanence scram-sha-256\n";

/** Makes the database cluster at `place.data`: whole or not at all, however it is interrupted. `setup`: more SQL
 *  statements for the superuser. */
export async function createCluster(place: Place, password: string, setup: string[] = []): Promise<void> {
  const unfinished = { ...place, data: `${place.data}.new` };
  // Tried again while what a killed start left behind still writes there, in its last moments.
  await rm(unfinished.data, { recursive: true, force: true, maxRetries: 10 });
  await mkdir(unfinished.data, { recursive: true, mode: 0o700 });
  if (place.account) await chown(unfinished.data, place.account.uid, place.account.gid);

  await runProgram(unfinished, "initdb", [
    `--pgdata=${unfinished.data}`,
    "--username=postgres",
    "--auth=reject",
    "--encoding=UTF8", // Without LANG it would be SQL_ASCII.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8", // The same order and case rules on every machine.
    "--no-instructions",
  ]);
  await writeFile(join(unfinished.data, "pg_hba.conf"), ACCESS);
  await runAsSuperuser(unfinished, [
    "create role permanence login nosuperuser nobypassrls",
    setPassword(password),
    "create database permanence owner permanence",
    ...setup,
  ]);
  await renameDurably(unfinished.data, place.data);
}

/** For a data folder whose file with the password was lost. */
export async function changePassword(place: Place, password: string): Promise<void> {
  await runAsSuperuser(place, [setPassword(password)]);
}

const setPassword = (password: string) => `alter role permanence password '${password}'`;

/** Refuses data of another major version, which these programs could not read. */
export async function requireSameMajor({ data, binaries }: Place): Promise<void> {
  const major = (await readFile(join(data, "PG_VERSION"), "utf8")).trim();
  if (binaries.version.startsWith(`${major}.`)) return;
  throw new Obstacle(
    `The database in ${data} was made by PostgreSQL ${major}, and this program brings ${binaries.version}. ` +
      `Nothing was changed. Start the version of the program that made it, or name another server in DATABASE_URL.`,
  );
}

/** In PostgreSQL's single-user mode: nobody else can be connected, and no password is asked. */
async function runAsSuperuser(place: Place, statements: string[]): Promise<void> {
  const args = ["--single", "-D", place.data, "-c", "exit_on_error=on", "postgres"];
  await runProgram(place, "postgres", args, `${statements.join("\n")}\n`);
}

async function runProgram(place: Place, name: "initdb" | "postgres", args: string[], input = ""): Promise<void> {
  const { child, ended } = startWatched([programOf(place.binaries, name), ...args], {
    account: place.account,
    env: serverEnvironment(),
    whenWeDie: "kill with its children", // The next start begins anew.
  });
  let said = "";
  child.stdout!.on("data", (text) => (said += text));
  child.stderr!.on("data", (text) => (said += text));
  child.stdin!.end(input);
  const { code } = await ended;
  if (code !== 0)
    throw new Obstacle(`PostgreSQL's ${name} could not set up ${place.data}: ${said.trim().slice(-2000)}`);
}

/** Nothing of the caller's locale or PG* variables reaches the server. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" };
}
