// Makes a clone ready to run: installs what is missing, builds what changed; nothing to do costs a few hundredths of
// a second. Runs on any Node from 20 on and imports no package: there may be none yet.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installIfMissing, isInstalled } from "./prepare/install.mjs";
import { withLock } from "./prepare/lock.mjs";
import { buildWebIfChanged, isWebBuilt } from "./prepare/web.mjs";

const root = fileURLToPath(new URL("..", import.meta.url)); // Not import.meta.dirname: Node 20 learned it late.

try {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new Error(`Node ${process.versions.node} is too old to install with: 20 or later is needed.`);
  }
  if (!isInstalled(root) || !isWebBuilt(root)) {
    mkdirSync(join(root, ".cache"), { recursive: true });
    await withLock(join(root, ".cache", "prepare.lock"), async () => {
      await installIfMissing(root);
      await buildWebIfChanged(root);
    });
  }
} catch (error) {
  console.error(`permanence: ${error.message}`);
  process.exit(1);
}
