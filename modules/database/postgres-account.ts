import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { Obstacle } from "./obstacle.ts";

/** Whom PostgreSQL runs as. */
export type Account = { uid: number; gid: number };

const run = promisify(execFile);

/** PostgreSQL refuses to run as root. Then it runs as the owner of its data, which is at first the machine's
 *  account `postgres`, made where it is missing. Null: as ourselves. */
export async function findAccount(data: string | null): Promise<Account | null> {
  const owner = data === null ? null : await stat(data);
  const ourselves = process.getuid?.();
  if (ourselves !== 0) {
    if (owner === null || owner.uid === ourselves) return null;
    throw new Obstacle(
      `The database in ${data} belongs to another account (number ${owner.uid}). Start the program as that one or as root.`,
    );
  }
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return (await readAccount()) ?? (await makeAccount());
}

async function readAccount(): Promise<Account | null> {
  const passwd = await readFile("/etc/passwd", "utf8");
  const fields = /^postgres:[^:]*:(\d+):(\d+):/m.exec(passwd);
  return fields && { uid: Number(fields[1]), gid: Number(fields[2]) };
}

async function makeAccount(): Promise<Account> {
  try {
    await run("useradd", ["--system", "--user-group", "--no-create-home", "postgres"]);
  } catch {
    await run("adduser", ["-S", "-D", "-H", "postgres"]).catch(() => {}); // Alpine has no useradd.
  }
  const account = await readAccount();
  if (account) return account;
  throw new Obstacle(
    "PostgreSQL refuses to run as root, and the account postgres could not be made. " +
      "Make it (useradd --system postgres), or start this program as another user.",
  );
}
