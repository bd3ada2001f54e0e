import type { DeskId } from "@permanence/database";
import { systemClock } from "@permanence/kernel";

/** Tells of each change of a desk, until the returned function is called. */
export type WatchDesk = (deskId: DeskId, heard: (change: { type: string }) => void) => () => void;

/** A change makes counts old at once; time alone (a snooze that ends, a clock that comes near its end) after this. */
const FRESH_MS = 5_000;

/** Changes that move no ticket from one view to another. */
const SILENT = new Set(["presence", "news", "inbound-mail", "outgoing-mail", "alert", "call-out", "incident"]);

/** What was counted of each desk's tickets, kept until something changes. Those who ask at the same time share one count:
 *  after each change every page of the desk asks. */
export class CountedTickets<Count> {
  readonly #watch: WatchDesk;
  readonly #kept = new Map<DeskId, { count: Promise<Count>; atMs: number }>();
  readonly #watched = new Set<DeskId>();

  constructor(watch: WatchDesk) {
    this.#watch = watch;
  }

  /** @param monotonicMs so that no change of the machine's clock keeps old counts */
  async of(deskId: DeskId, read: () => Promise<Count>, monotonicMs = systemClock.monotonicMs()): Promise<Count> {
    this.#listen(deskId);
    const kept = this.#kept.get(deskId);
    if (kept !== undefined && monotonicMs - kept.atMs < FRESH_MS) return await kept.count;
    const reading = { count: read(), atMs: monotonicMs };
    this.#kept.set(deskId, reading);
    reading.count.catch(() => this.#kept.get(deskId) === reading && this.#kept.delete(deskId)); // A failure is not kept.
    return await reading.count;
  }

  #listen(deskId: DeskId): void {
    if (this.#watched.has(deskId)) return;
    this.#watched.add(deskId);
    this.#watch(deskId, ({ type }) => {
      if (!SILENT.has(type)) this.#kept.delete(deskId);
    });
  }
}
