// Run after a package was added or moved to another version: npm leaves out of package-lock.json what the registry at
// hand does not offer for other kinds of machine, and `npm ci` then refuses the lock everywhere. What is added here has
// no integrity, since nobody could look: npm writes it when it next sees the package.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findMissing } from "./lock-file.mjs";

const FILE = join(import.meta.dirname, "../package-lock.json");
const MACHINE =
  /(?<os>android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32|aix)-(?<cpu>arm64|arm|x64|ia32|ppc64|riscv64|s390x|loong64|mips64el)(?:-(?<abi>\w+))?$/;

const lock = JSON.parse(readFileSync(FILE, "utf8"));
const missing = findMissing(lock.packages);
if (missing.length > 0) {
  for (const { name, version, isDev } of missing)
    lock.packages[`node_modules/${name}`] = entryFor(name, version, isDev);
  const places = Object.keys(lock.packages).toSorted((a, b) => a.localeCompare(b, "en"));
  lock.packages = Object.fromEntries(places.map((place) => [place, lock.packages[place]]));
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(`${missing.length} packages for other kinds of machine were added to the lock.`);

function entryFor(name, version, isDev) {
  const { os, cpu, abi = "" } = MACHINE.exec(name)?.groups ?? {};
  if (os === undefined || !/^\d+\.\d+\.\d+$/.test(version))
    throw new Error(`${name}@${version}: for which machine is it?`);
  const libc = os !== "linux" ? [] : abi.startsWith("musl") ? ["musl"] : ["glibc"];
  return {
    version,
    cpu: [cpu],
    ...(isDev && { dev: true }),
    ...(libc.length > 0 && { libc }),
    optional: true,
    os: [os],
  };
}
