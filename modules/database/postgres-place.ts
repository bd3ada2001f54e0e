import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Log } from "./log.ts";
import { type Account, findAccount } from "./postgres-account.ts";
import { type Binaries, canRun, copyBinaries, findBinaries } from "./postgres-binaries.ts";

/** Where an embedded server keeps its data, and with what and as whom it runs. */
export type Place = { data: string; binaries: Binaries; account: Account | null };

const ELSEWHERE = "/var/lib/permanence";

/** Where the database of this data folder is; null when it has none yet. */
export async function findData(dataDir: string): Promise<string | null> {
  const here = join(dataDir, "postgres");
  const data = existsSync(here) ? here : await readNote(dataDir);
  return data !== null && existsSync(data) ? realpath(data) : null;
}

/** The same, or where it is to be. As root, PostgreSQL runs under an account that may be barred from
 *  below the data folder (/root is closed to others) and from the programs; then both go to /var/lib. */
export async function choosePlace(dataDir: string, log: Log): Promise<Place> {
  const found = await findData(dataDir);
  const account = await findAccount(found);
  const data = found ?? (await chooseData(dataDir, account, log));
  const binaries = await findBinaries();
  if (account === null || (await canRun(binaries, account))) return { data, binaries, account };
  await makeEnterable(ELSEWHERE);
  return { data, binaries: await copyBinaries(binaries, ELSEWHERE), account };
}

async function chooseData(dataDir: string, account: Account | null, log: Log): Promise<string> {
  if (account === null || (await canEnter(dataDir, account))) return join(await realpath(dataDir), "postgres");
  const data = join(await makeHomeElsewhere(dataDir, log), "data");
  await writeNote(dataDir, data);
  log(`The database is kept in ${data}, because the account postgres cannot enter ${dataDir}.`);
  return data;
}

async function canEnter(folder: string, account: Account): Promise<boolean> {
  return promisify(execFile)("/bin/sh", ["-c", 'cd "$0"', folder], { ...account, cwd: "/" }).then(
    () => true,
    () => false,
  );
}

/** A folder named by the data folder's path. What an earlier data folder of that path left there, deleted by
 *  its owner since, is neither taken over nor deleted. */
async function makeHomeElsewhere(dataDir: string, log: Log): Promise<string> {
  const hash = createHash("sha256")
    .update(await realpath(dataDir))
    .digest("hex")
    .slice(0, 16);
  for (let attempt = 1; ; attempt++) {
    const home = join(ELSEWHERE, attempt === 1 ? hash : `${hash}-${attempt}`);
    if (!existsSync(join(home, "data"))) {
      await makeEnterable(ELSEWHERE);
      await makeEnterable(home);
      return home;
    }
    log(`${home} holds the database of a data folder ${dataDir} that was deleted. Delete it too if it is not wanted.`);
  }
}

/** Makes a folder that every account may enter, whatever our umask says. */
async function makeEnterable(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
}

const noteFile = (dataDir: string) => join(dataDir, "postgres-is-elsewhere.txt");

async function writeNote(dataDir: string, data: string): Promise<void> {
  const reason = "because the account postgres, under which it runs, cannot enter here.";
  await writeFile(noteFile(dataDir), `The database of this folder is kept in\n${data}\n${reason}\n`);
}

async function readNote(dataDir: string): Promise<string | null> {
  const note = await readFile(noteFile(dataDir), "utf8").catch(() => "");
  return note.split("\n")[1] ?? null;
}
