import { type FreshInstallation, startFreshInstallation } from "./fresh-installation.ts";
import { Latencies } from "./latencies.ts";
import { type LoadMail, makeCorpus, numberOf } from "./mail-corpus.ts";
import { type DueMail, sendLoad } from "./mail-sender.ts";
import { type PeakMemory, watchMemory } from "./memory-watch.ts";
import { startNoticeSink } from "./notice-sink.ts";

export type Quantiles = { p50: number | null; p99: number | null };

/** What a load came to. `seconds`: from the first DATA to the last notice. */
export type LoadResult = {
  mails: number;
  seconds: number;
  mailsPerSecond: number;
  acceptMs: Quantiles;
  noticeMs: Quantiles;
  accepted: number;
  registered: number;
  noticed: number;
};

export type IntakeBench = LoadResult & {
  peakMemoryMb: PeakMemory;
  /** The same at half the rate just reached: how long a notice takes where nothing piles up. */
  halfLoad: LoadResult;
  /** Why mails were refused, if any were. */
  refusals: string[];
};

export type BenchOptions = { messages: number; connections: number; report(line: string): void };

/** Measures mail in, ticket registered, notice out: real SMTP at both ends, a fresh installation in its own process. */
export async function benchIntake(options: BenchOptions): Promise<IntakeBench> {
  const book = new Book();
  const sink = await startNoticeSink((recipient) => book.noticed(numberOf(recipient)));
  const installation = await startFreshInstallation(sink.port).catch((error) => {
    sink.close();
    throw error;
  });
  try {
    return await measure(options, installation, book);
  } finally {
    await installation.stop();
    sink.close();
  }
}

async function measure(options: BenchOptions, installation: FreshInstallation, book: Book): Promise<IntakeBench> {
  const { messages, report } = options;
  const memory = watchMemory(installation.pid, installation.dataDir);
  const corpus = makeCorpus(installation.mailbox);
  const run = (from: number, count: number, perSecond: number) =>
    runLoad(options, installation, book, { from, count, perSecond, corpus });

  report(`Sending ${messages} mails over ${options.connections} connections, as fast as they are taken.`);
  const full = await run(0, messages, Number.POSITIVE_INFINITY);
  const halfCount = Math.ceil(messages / 2);
  report(`${full.mailsPerSecond} mails/s. Now ${halfCount} more at half that rate.`);
  const halfLoad = await run(messages, halfCount, full.mailsPerSecond / 2);
  return { ...full, peakMemoryMb: await memory.stop(), halfLoad, refusals: book.refusals };
}

type Plan = { from: number; count: number; perSecond: number; corpus: (number: number) => LoadMail };

async function runLoad(
  { connections, report }: BenchOptions,
  { smtpPort: port, mailbox, read }: FreshInstallation,
  book: Book,
  { from, count, perSecond, corpus }: Plan,
): Promise<LoadResult> {
  const before = await countTickets(read);
  book.open(from);
  const startMs = performance.now();
  let number = from;
  const next = (): DueMail | null => {
    if (number === from + count) return null;
    const dueMs = startMs + ((number - from) * 1_000) / perSecond;
    return { number, mail: corpus(number++), dueMs };
  };
  await sendLoad({ port, mailbox, connections, next, events: book });
  report(`All were answered after ${seconds(performance.now() - startMs)} s; waiting for the last notices.`);
  await book.settled();
  return { ...book.close(count), registered: (await countTickets(read)) - before };
}

async function countTickets(read: FreshInstallation["read"]): Promise<number> {
  let count = 0;
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: { items: unknown[]; next: string | null } = await read(
      `/tickets?state=all&order=newest&limit=200${cursor}`,
    );
    count += page.items.length;
    cursor = page.next === null ? null : `&cursor=${encodeURIComponent(page.next)}`;
  }
  return count;
}

function seconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}

const PATIENCE_MS = 60_000; // Without any notice, before those that are missing count as lost.

/** Who was accepted and noticed when. */
class Book {
  readonly refusals: string[] = [];
  #acceptedMs = new Map<number, number>();
  #noticedMs = new Map<number, number>();
  #waits = new Latencies();
  #from = 0;
  #firstMs: number | null = null;
  #lastMs = 0;

  open(from: number): void {
    this.#from = from;
    this.#acceptedMs = new Map();
    this.#noticedMs = new Map();
    this.#waits = new Latencies();
    this.#firstMs = null;
    this.#lastMs = performance.now();
  }

  started(): void {
    this.#firstMs ??= performance.now();
  }

  accepted(number: number, waitedMs: number): void {
    this.#acceptedMs.set(number, performance.now());
    this.#waits.add(waitedMs);
  }

  refused(number: number, reply: string): void {
    this.refusals.push(`${number}: ${reply}`);
  }

  noticed(number: number): void {
    if (number < this.#from || this.#noticedMs.has(number)) return;
    this.#lastMs = performance.now();
    this.#noticedMs.set(number, this.#lastMs);
  }

  /** Until each accepted mail has its notice, or no more come. */
  async settled(): Promise<void> {
    const isComplete = () => [...this.#acceptedMs.keys()].every((number) => this.#noticedMs.has(number));
    while (!isComplete() && performance.now() - this.#lastMs < PATIENCE_MS)
      await new Promise((resolve) => setTimeout(resolve, 20));
  }

  close(mails: number): Omit<LoadResult, "registered"> {
    const notices = new Latencies();
    for (const [number, atMs] of this.#noticedMs)
      notices.add(Math.max(0, atMs - (this.#acceptedMs.get(number) ?? atMs)));
    const lastedMs = this.#lastMs - (this.#firstMs ?? this.#lastMs);
    return {
      mails,
      seconds: seconds(lastedMs),
      mailsPerSecond: Math.round((this.#noticedMs.size / lastedMs) * 10_000) / 10,
      acceptMs: this.#waits.summary(),
      noticeMs: notices.summary(),
      accepted: this.#acceptedMs.size,
      noticed: this.#noticedMs.size,
    };
  }
}
