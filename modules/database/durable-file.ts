import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes a new file that is still there after a power failure. Only its owner may read it. */
export async function writeSecret(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, "w", 0o600);
  await file.writeFile(text);
  await file.sync();
  await file.close();
  await renameDurably(`${path}.new`, path);
}

/** Renames, and returns once the rename would survive a power failure. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  const folder = await open(dirname(to), "r");
  await folder.sync();
  await folder.close();
}
