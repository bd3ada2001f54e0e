import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { link, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Configuration } from "./configuration.ts";
import { Refusal } from "./refusal.ts";

const FILE = "secret-key";
const KEY_BYTES = 32;

/** What secrets in the database are sealed with: the setting, else a file in the data folder that only its owner may read,
 *  made where it is missing. It stands outside of the database, so that a copy of that alone gives no secret away. */
export async function readSecretKey({ dataDir, secretKey }: Configuration): Promise<string> {
  if (secretKey !== null) return secretKey;
  const path = join(dataDir, FILE);
  if (!existsSync(path)) await makeKey(path);
  const key = (await readFile(path, "utf8")).trim();
  if (key.length >= KEY_BYTES) return key;
  throw new Refusal(
    `${path} holds no whole key. Put it back from a backup, or remove it: agents' codes must then be set up anew.`,
  );
}

/** Whole or not at all, and of two processes that make one at once the first one's. */
async function makeKey(path: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, randomBytes(KEY_BYTES).toString("hex"), { mode: 0o600, flush: true });
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await unlink(draft);
}
