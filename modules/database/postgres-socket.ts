import { createHash } from "node:crypto";
import { chown, lstat, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Account } from "./postgres-account.ts";
import { Obstacle } from "./obstacle.ts";

const LONGEST_PATH_BYTES = 100; // sockaddr_un holds 104 on macOS and 108 on Linux, the final zero included.

/** The folder of the server's socket: its data, unless the path would be too long for a socket. */
export function socketFolder(data: string): string {
  if (Buffer.byteLength(`${data}/.s.PGSQL.5432`) <= LONGEST_PATH_BYTES) return data;
  return join(tmpdir(), `permanence-${createHash("sha256").update(data).digest("hex").slice(0, 16)}`);
}

/** Makes that folder where it is missing. Anybody may write where it then is, so one that somebody else laid
 *  there, to listen in our place or to have root give a folder away, is refused. */
export async function makeSocketFolder(data: string, account: Account | null): Promise<void> {
  const folder = socketFolder(data);
  if (folder === data) return;
  try {
    await mkdir(folder, { mode: 0o700 });
    if (account) await chown(folder, account.uid, account.gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const found = await lstat(folder);
  if (found.isDirectory() && found.uid === (account?.uid ?? process.getuid?.())) return;
  throw new Obstacle(
    `${folder}, where PostgreSQL's socket must be, belongs to somebody else. Delete it, or choose a shorter path for the data folder.`,
  );
}
