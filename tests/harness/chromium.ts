import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

const CACHE = join(import.meta.dirname, "../../.cache");
const FLAGS = [
  "--no-sandbox", // As root there is no other way; the pages are our own, and hostile only in what they show.
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Starts a browser with a fresh profile: CHROMIUM_PATH's, else the one that npm installed, else the machine's. Another
 *  program may drive it too, over a port of this machine. */
export async function launchBrowser({ debuggingPort }: { debuggingPort?: number } = {}): Promise<Browser> {
  const { path, environment } = await findChromium();
  return await chromium.launch({
    executablePath: path,
    args: debuggingPort === undefined ? FLAGS : [...FLAGS, `--remote-debugging-port=${debuggingPort}`],
    env: { ...process.env, ...environment },
  });
}

type Chromium = { path: string; environment: Record<string, string> };

async function findChromium(): Promise<Chromium> {
  const chosen = process.env["CHROMIUM_PATH"];
  if (chosen) return { path: chosen, environment: {} };
  if (process.platform === "linux" && process.arch === "x64") return await unpackChromium();

  const path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((each) =>
    existsSync(each),
  );
  if (path === undefined)
    throw new Error("No browser for this kind of machine comes with npm. Set CHROMIUM_PATH to a Chromium.");
  return { path, environment: {} };
}

/** Unpacks the package's browser once per version, in a folder that appears whole or not at all. */
async function unpackChromium(): Promise<Chromium> {
  const packageFile = join(createRequire(import.meta.url).resolve("@sparticuz/chromium"), "../../package.json");
  const { version } = JSON.parse(readFileSync(packageFile, "utf8")) as { version: string };
  const folder = join(CACHE, `browser-${version}`);
  if (!existsSync(folder)) {
    const draft = `${folder}.${process.pid}`;
    mkdirSync(draft, { recursive: true });
    await unpackInto(draft);
    writeFileSync(join(draft, "fonts.conf"), fontsOf(folder));
    try {
      renameSync(draft, folder);
    } catch {
      rmSync(draft, { recursive: true }); // Another process was quicker.
    }
  }
  const path = join(folder, "chromium");
  const environment = {
    FONTCONFIG_FILE: join(folder, "fonts.conf"),
    ...(await missingLibraries(path, join(folder, "al2023", "lib"))),
  };
  return { path, environment };
}

/** The package unpacks to the machine's folder for temporary files, and its libraries only where it sees Amazon's Linux. */
async function unpackInto(folder: string): Promise<void> {
  const script = 'import("@sparticuz/chromium").then(({ default: chromium }) => chromium.executablePath())';
  const environment = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" };
  await promisify(execFile)(process.execPath, ["--eval", script], { cwd: import.meta.dirname, env: environment });
}

/** The package's fonts, which its own list seeks in folders of the machine. Without any font Chromium ends at the first
 *  text that needs one. */
function fontsOf(folder: string): string {
  const [fonts, cache] = [join(folder, "fonts", "fonts"), join(folder, "fonts-cache")].map(escapeXml);
  return `<?xml version="1.0"?><fontconfig><dir>${fonts}</dir><cachedir>${cache}</cachedir></fontconfig>\n`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** A bare machine lacks the network security libraries; the package brings them. */
async function missingLibraries(path: string, folder: string): Promise<Record<string, string>> {
  const { stdout } = await promisify(execFile)("ldd", [path]).catch(() => ({ stdout: "not found" }));
  if (!stdout.includes("not found")) return {};
  return { LD_LIBRARY_PATH: [folder, process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(delimiter) };
}
