import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new folder that everyone may enter: as root, PostgreSQL runs as somebody else. */
export function makeFolder(purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `permanence-${purpose}-`));
  chmodSync(folder, 0o755);
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
