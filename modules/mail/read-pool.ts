import { Worker } from "node:worker_threads";
import { READ_LIMITS, TOO_LARGE } from "./read-limits.ts";
import type { ReadingChoice, ReadMail, Unreadable } from "./read-mail.ts";

/** Reads mail on threads of its own, so that hostile bytes cost at most one thread and `timeLimitMs`. */
export type MailReader = {
  /** Never rejects because of the bytes; only when the reader is closed or too much waits. */
  read(bytes: Uint8Array, choice: ReadingChoice): Promise<ReadMail | Unreadable>;
  close(): Promise<void>;
};

export type MailReaderOptions = {
  /** At most so many; each starts when there is work that no other takes, and all but one end when idle. */
  threads?: number;
  /** What one mail may take before its thread is given up, beside TIME_PER_MB_MS. Real mail takes milliseconds; a
   *  machine that is out of breath must not make a quarantine of it. */
  timeLimitMs?: number;
  /** Mails that may wait for a thread. */
  queueLength?: number;
  /** Without work for so long, a thread beside the first ends: it holds some 40 MB. */
  idleMs?: number;
  log?: (line: string) => void;
};

/** Large attachments decode and hash at some 50 MB a second on a busy machine. */
const TIME_PER_MB_MS = 100;

type Task = {
  bytes: Uint8Array;
  choice: ReadingChoice;
  settle(result: ReadMail | Unreadable): void;
  fail(error: Error): void;
};
export type ThreadAnswer = { result: ReadMail | Unreadable };

// A mail at the byte limit needs about four times its size; a bomb that wants more loses its thread, not us.
// A small young generation keeps an idle thread at some 40 MB, at the same speed.
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 4, stackSizeMb: 4 };

export function openMailReader(options: MailReaderOptions = {}): MailReader {
  const { threads = 2, timeLimitMs = 10_000, queueLength = 256, idleMs = 30_000, log = () => {} } = options;
  const waiting: Task[] = [];
  const slots = Array.from(
    { length: threads },
    (_, index) => new ReadingThread({ timeLimitMs, idleMs: index === 0 ? null : idleMs, log }),
  );
  let isClosed = false;

  const pump = (): void => {
    for (const slot of slots) {
      if (slot.isBusy) continue;
      const task = waiting.shift();
      if (task === undefined) return;
      void slot.run(task).then(pump);
    }
  };

  return {
    read(bytes, choice) {
      if (isClosed) return Promise.reject(new Error("The mail reader is closed."));
      if (bytes.length > READ_LIMITS.bytes) return Promise.resolve({ unreadable: TOO_LARGE }); // Not worth its copy.
      if (waiting.length >= queueLength) return Promise.reject(new Error("Too many mails wait to be read."));
      return new Promise((settle, fail) => {
        waiting.push({ bytes, choice, settle, fail });
        pump();
      });
    },
    async close() {
      isClosed = true;
      for (const task of waiting.splice(0)) task.fail(new Error("The mail reader is closed."));
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
}

type ThreadOptions = { timeLimitMs: number; idleMs: number | null; log: (line: string) => void };

/** One thread's place: the thread in it is replaced when a mail has cost it. */
class ReadingThread {
  isBusy = false;
  readonly #options: ThreadOptions;
  #worker: Worker | null = null;
  #isClosed = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  /** Never rejects: whatever the bytes do to the thread is this mail's result. */
  async run(task: Task): Promise<void> {
    this.isBusy = true;
    clearTimeout(this.#idle);
    const outcome = await this.#ask(task);
    if ("lost" in outcome) await this.#end();
    this.isBusy = false;
    const { idleMs, log } = this.#options;
    if (idleMs !== null) this.#idle = setTimeout(() => void this.#end(), idleMs).unref();

    if (!("lost" in outcome)) task.settle(outcome);
    else if (this.#isClosed) task.fail(new Error("The mail reader is closed."));
    else if (outcome.isOurs) task.fail(new Error(outcome.lost)); // The bytes are not to blame.
    else {
      log(`A mail of ${task.bytes.length} bytes could not be read: ${outcome.lost}`);
      task.settle({ unreadable: outcome.lost });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#end();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  async #ask(task: Task): Promise<ReadMail | Unreadable | Lost> {
    try {
      this.#worker ??= await startThread(); // Its start is not on the mail's time.
    } catch (error) {
      return { lost: `A reading thread did not start: ${(error as Error).message}`, isOurs: true };
    }
    if (!this.#isClosed) return await this.#exchange(this.#worker, task);
    return { lost: "The mail reader is closed.", isOurs: true };
  }

  #exchange(worker: Worker, { bytes, choice }: Task): Promise<ReadMail | Unreadable | Lost> {
    return new Promise((resolve) => {
      const finish = (outcome: ReadMail | Unreadable | Lost): void => {
        clearTimeout(timer);
        rest(worker);
        resolve(outcome);
      };
      const limitMs = Math.round(this.#options.timeLimitMs + (bytes.length / 1e6) * TIME_PER_MB_MS);
      const timer = setTimeout(
        () => finish({ lost: `Reading it took longer than ${limitMs / 1000} seconds.` }),
        limitMs,
      );
      worker.on("message", ({ result }: ThreadAnswer) => finish(result));
      worker.on("error", (error: Error) => finish(lossOf(error)));
      worker.on("exit", () => finish({ lost: "The thread that read it ended." }));
      worker.ref();
      const copy = Uint8Array.from(bytes); // To hand over: the caller keeps its own.
      worker.postMessage({ bytes: copy, choice }, [copy.buffer]);
    });
  }
}

/** What became of the thread, as a sentence. */
type Lost = { lost: string; isOurs?: boolean };

function lossOf(error: Error & { code?: string }): Lost {
  if (error.code === "ERR_WORKER_OUT_OF_MEMORY") return { lost: "Reading it took more memory than a mail may." };
  return { lost: `Reading it failed: ${error.message}` };
}

/** Resolves when the thread has loaded what it needs and waits for mail. */
function startThread(): Promise<Worker> {
  const worker = new Worker(new URL("./read-thread.ts", import.meta.url), { resourceLimits: LIMITS });
  return new Promise((resolve, reject) => {
    worker.once("message", () => {
      rest(worker);
      resolve(worker);
    });
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("it ended")));
  });
}

/** A thread without work keeps no process alive, and its end is no news. */
function rest(worker: Worker): void {
  for (const event of ["message", "error", "exit"]) worker.removeAllListeners(event); // Not all: Node keeps its own.
  worker.on("error", () => {});
  worker.unref();
}
