import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { run } from "./run.mjs";

const NOT_SOURCES = new Set(["build", "node_modules", ".svelte-kit", "paraglide"]); // The last is compiled from messages/.

/** Whether the pages in apps/web/build are those of the sources as they are now. */
export function isWebBuilt(root) {
  const built = builtFrom(root);
  return built !== null && built === digestOfSources(root);
}

export async function buildWebIfChanged(root) {
  if (isWebBuilt(root)) return;
  const web = join(root, "apps", "web");
  const digest = digestOfSources(root); // Taken before: what changes during the build is built the next time.
  await run(join(root, "node_modules", "node", "bin", "node"), [viteProgram(root), "build", "--logLevel", "warn"], {
    cwd: web,
    environment: { ...process.env, NODE_ENV: "production" },
    saying: "Building pages",
  });
  writeFileSync(stampPath(root), digest);
}

function builtFrom(root) {
  if (!existsSync(join(root, "apps", "web", "build", "handler.js")) || !existsSync(stampPath(root))) return null;
  return readFileSync(stampPath(root), "utf8");
}

function stampPath(root) {
  return join(root, "apps", "web", "build", ".built-from");
}

function viteProgram(root) {
  const places = [join(root, "apps", "web", "node_modules"), join(root, "node_modules")];
  const place = places.find((each) => existsSync(join(each, "vite", "bin", "vite.js")));
  if (place === undefined) throw new Error("vite is not installed: run npm ci.");
  return join(place, "vite", "bin", "vite.js");
}

/** One digest over the names and contents of all that the pages are made of. */
export function digestOfSources(root) {
  const web = join(root, "apps", "web");
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(join(web, "package.json"), "utf8"));
  const modules = Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => name.startsWith("@permanence/"))
    .map((name) => join(root, "modules", name.slice("@permanence/".length)));

  const hash = createHash("sha256");
  hash.update(readFileSync(join(root, "package-lock.json")));
  for (const folder of [web, ...modules]) addFolder(hash, folder, root);
  return hash.digest("hex");
}

function addFolder(hash, folder, root) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !NOT_SOURCES.has(entry.name)) addFolder(hash, path, root);
    else if (entry.isFile()) hash.update(`\0${relative(root, path)}\0`).update(readFileSync(path));
  }
}
