import { accessSync, constants, readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentOutside, run } from "./run.mjs";

/** Whether node_modules holds what package-lock.json names. npm writes its own list into node_modules as the last
 *  step of every installation, so one that was interrupted, or is of another version, is told from a whole one. */
export function isInstalled(root) {
  const wanted = packagesIn(join(root, "package-lock.json"));
  const present = packagesIn(join(root, "node_modules", ".package-lock.json"));
  if (wanted === null) throw new Error(`${join(root, "package-lock.json")} is missing: is this a whole clone?`);
  if (present === null || !isExecutable(join(root, "node_modules", "node", "bin", "node"))) return false;

  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const found = present[path];
    if (found === undefined) return entry.optional === true; // For other kinds of machine.
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

export async function installIfMissing(root) {
  if (isInstalled(root)) return;
  // Pages are built here, so what builds them is needed even where NODE_ENV says "production".
  await run("npm", ["ci", "--include=dev", "--loglevel=error", "--no-progress"], {
    cwd: root,
    environment: environmentOutside(root),
    saying: "Installing packages",
  });
  if (!isInstalled(root)) {
    throw new Error("npm ci ended well, yet packages are missing. Were install scripts forbidden (ignore-scripts)?");
  }
}

function packagesIn(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
