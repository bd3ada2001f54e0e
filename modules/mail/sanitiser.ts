import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { nestsDeeper } from "./html-depth.ts";
import type { SafePage } from "./sanitiser-page.ts";
import type { SanitiserQuestion } from "./sanitiser-process.ts";

/** Changes whenever the same HTML may come out differently: part of every cache's key. */
export const SANITISER_VERSION = 1;

/** Makes HTML mail harmless in a process of its own: what the HTML breaks there, nothing else feels. */
export type Sanitiser = {
  /** Never rejects because of the HTML. `images` says where the pictures of the mail itself are, by Content-ID. */
  sanitise(html: string, choice: { remote: boolean; images?: Record<string, string> }): Promise<SafePage | Refused>;
  close(): Promise<void>;
};

export type Refused = {
  /** One sentence for people. The mail's text is what can be shown instead. */
  refused: string;
};

export type SanitiserOptions = {
  /** What one page may take: 20 kB take some 15 ms, 200 kB 200 ms. */
  timeLimitMs?: number;
  /** Without work for so long, the process ends: it holds some 130 MB. */
  idleMs?: number;
  queueLength?: number;
  log?: (line: string) => void;
};

/** Parsing costs about 100 times a page's size in memory. */
const LONGEST_PAGE = 2_000_000;
/** Threads of a hundred answers, each quoting the one before, nest some hundred deep. */
const DEEPEST_PAGE = 1_000;
const MEMORY_LIMIT_MB = 384;
/** jsdom keeps some of every page: a process is replaced after so many. */
const PAGES_OF_A_PROCESS = 500;

type Task = {
  question: SanitiserQuestion;
  settle(result: SafePage | Refused): void;
  fail(error: Error): void;
};

export function openSanitiser(options: SanitiserOptions = {}): Sanitiser {
  const { timeLimitMs = 10_000, idleMs = 60_000, queueLength = 64, log = () => {} } = options;
  const waiting: Task[] = [];
  const room = new SanitiserRoom(timeLimitMs, idleMs, log);
  let isBusy = false;
  let isClosed = false;

  const pump = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift())
      task.settle(await room.ask(task.question));
    isBusy = false;
  };

  return {
    sanitise(html, { remote, images = {} }) {
      if (isClosed) return Promise.reject(new Error("The sanitiser is closed."));
      if (html.length > LONGEST_PAGE) return Promise.resolve({ refused: "This mail's page is too large to be shown." });
      if (nestsDeeper(html, DEEPEST_PAGE))
        return Promise.resolve({ refused: "This mail's page is too complicated to be shown." });
      if (waiting.length >= queueLength) return Promise.reject(new Error("Too many pages wait to be sanitised."));
      return new Promise((settle, fail) => {
        waiting.push({ question: { html, choice: { remote, images } }, settle, fail });
        void pump();
      });
    },
    async close() {
      isClosed = true;
      for (const task of waiting.splice(0)) task.fail(new Error("The sanitiser is closed."));
      room.close();
    },
  };
}

/** Where the process lives: started for the first page, ended when idle, replaced when a page has cost it. */
class SanitiserRoom {
  readonly #timeLimitMs: number;
  readonly #idleMs: number;
  readonly #log: (line: string) => void;
  #child: ChildProcess | null = null;
  #pages = 0;
  #isClosed = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(timeLimitMs: number, idleMs: number, log: (line: string) => void) {
    this.#timeLimitMs = timeLimitMs;
    this.#idleMs = idleMs;
    this.#log = log;
  }

  async ask(question: SanitiserQuestion): Promise<SafePage | Refused> {
    clearTimeout(this.#idle);
    const result = await this.#exchange(question);
    if (typeof result === "string") this.#log(`A page of ${question.html.length} characters was refused: ${result}`);
    if (typeof result === "string" || ++this.#pages >= PAGES_OF_A_PROCESS) this.#end();
    else this.#idle = setTimeout(() => this.#end(), this.#idleMs).unref();
    return typeof result === "string" ? { refused: result } : result;
  }

  close(): void {
    this.#isClosed = true;
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#idle);
    this.#child?.kill("SIGKILL"); // It holds nothing that would be lost.
    this.#child = null;
    this.#pages = 0;
  }

  async #exchange(question: SanitiserQuestion): Promise<SafePage | string> {
    try {
      this.#child ??= await startProcess(); // Its start is not on the page's time.
    } catch (error) {
      return `The sanitiser did not start: ${(error as Error).message}.`;
    }
    const child = this.#child;
    if (this.#isClosed) this.#end();
    if (this.#isClosed) return "The sanitiser is closed.";
    return await new Promise((resolve) => {
      const finish = (result: SafePage | string): void => {
        clearTimeout(timer);
        rest(child);
        resolve(result);
      };
      const timer = setTimeout(() => finish("Making this mail's page safe took too long."), this.#timeLimitMs);
      child.on("message", (page) => finish(page as SafePage));
      child.on("error", (error) => finish(`This mail's page cannot be made safe: ${error.message}.`));
      child.on("exit", () => finish("This mail's page is too complicated to be made safe."));
      child.ref();
      child.channel?.ref();
      child.send(question);
    });
  }
}

/** Resolves when the process has loaded what it needs, about a second later. */
function startProcess(): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL("./sanitiser-process.ts", import.meta.url)), [], {
    execArgv: [`--max-old-space-size=${MEMORY_LIMIT_MB}`, "--stack-size=2000"],
    env: {}, // Nothing of ours is its business.
    serialization: "advanced", // Halves of surrogate pairs survive.
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  return new Promise((resolve, reject) => {
    child.once("message", () => {
      rest(child);
      resolve(child);
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => reject(new Error(`it ended with ${signal ?? code}`)));
  });
}

/** A process without work keeps ours not alive, and its end is no news. */
function rest(child: ChildProcess): void {
  for (const event of ["message", "error", "exit"]) child.removeAllListeners(event);
  child.on("error", () => {});
  child.unref();
  child.channel?.unref();
}
