import { Worker } from "node:worker_threads";
import { type Authentication, OURSELVES } from "./authentication.ts";
import { isPublicAddress } from "./public-address.ts";
import type { CheckTask, CheckThreadData } from "./sender-check-thread.ts";
import type { SenderClaim } from "./sender-verify.ts";

/** Checks who sent mails, on a thread of its own: hostile signatures and headers cost that thread, and nobody waits. */
export type SenderChecks = {
  /** Never rejects; what cannot be found out is `temperror`. Null for what came from one's own network, where no domain's
   *  records say anything. */
  check(bytes: Uint8Array, claim: SenderClaim): Promise<Authentication> | null;
  close(): Promise<void>;
};

export type SenderChecksOptions = {
  /** "address:port" of the DNS servers, where they are not the machine's own. */
  dnsServers?: string[];
  /** What all DNS of one mail may take. */
  limitMs?: number;
  log?: (line: string) => void;
};

export type CheckAnswer = { id: number; result: { authentication: Authentication } | { failed: string } };

/** A thread that says nothing for so long is stuck in a mail: two seconds were measured for 35 MB with bare line feeds and
 *  eight signatures over different lengths, 1.2 s for 9,000 signatures. */
const STUCK_MS = 30_000;
/** The thread holds some 40 MB, and what it learned of the DNS. */
const IDLE_MS = 10 * 60_000;
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 8 };

type Waiting = { claim: SenderClaim; settle(authentication: Authentication): void };

export function openSenderChecks(options: SenderChecksOptions = {}): SenderChecks {
  const thread = new CheckingThread(options);
  return {
    check(bytes, claim) {
      if (claim.connection !== null && !isPublicAddress(claim.connection.remoteIp)) return null;
      return thread.check(bytes, claim);
    },
    close: () => thread.end(),
  };
}

class CheckingThread {
  readonly #data: CheckThreadData;
  readonly #log: (line: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #timer: NodeJS.Timeout | undefined;
  #lastId = 0;

  constructor({ dnsServers, limitMs, log = () => {} }: SenderChecksOptions) {
    this.#data = { servers: dnsServers ?? null, limitMs };
    this.#log = log;
  }

  check(bytes: Uint8Array, claim: SenderClaim): Promise<Authentication> {
    return new Promise((settle) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { claim, settle });
      this.#worker ??= this.#start();
      this.#worker.ref();
      this.#watch();
      const copy = Uint8Array.from(bytes); // To hand over: the caller keeps its own.
      this.#worker.postMessage({ id, bytes: copy, claim } satisfies CheckTask, [copy.buffer]);
    });
  }

  async end(): Promise<void> {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = null;
    for (const [id, { claim }] of this.#waiting) this.#settle(id, unknown(claim));
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL("./sender-check-thread.ts", import.meta.url), {
      resourceLimits: LIMITS,
      workerData: this.#data,
    });
    worker.on("message", ({ id, result }: CheckAnswer) => {
      const claim = this.#waiting.get(id)?.claim;
      if (claim === undefined) return;
      if ("failed" in result) this.#log(`Who sent a mail could not be checked: ${result.failed}`);
      this.#settle(id, "failed" in result ? unknown(claim) : result.authentication);
      this.#watch();
    });
    worker.on("error", (error: Error) => this.#lost(worker, error.message));
    worker.on("exit", () => this.#lost(worker, "it ended"));
    return worker;
  }

  #settle(id: number, authentication: Authentication): void {
    this.#waiting.get(id)?.settle(authentication);
    this.#waiting.delete(id);
  }

  #lost(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#log(`The thread that checks who sent a mail was lost: ${why}`);
    void this.end();
  }

  #watch(): void {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    if (worker === null) return;
    if (this.#waiting.size > 0) this.#timer = setTimeout(() => this.#lost(worker, "it was stuck"), STUCK_MS);
    else {
      worker.unref(); // A thread without work keeps no process alive.
      this.#timer = setTimeout(() => void this.end(), IDLE_MS).unref();
    }
  }
}

function unknown({ author }: SenderClaim): Authentication {
  const domain = author.slice(author.lastIndexOf("@") + 1).toLowerCase();
  const results = { spf: "temperror", dkim: "temperror", dmarc: "temperror", arc: "temperror" } as const;
  return { ...results, policy: null, by: OURSELVES, domain };
}
