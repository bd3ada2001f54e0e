import type { Change } from "#lib/api/types.ts";

/** A tab that nobody sees lets go of its connection after this: browsers allow six to one host over HTTP/1.1, and an
 *  agent may have ten tabs open. */
const HIDDEN_MS = 20_000;

/** How long a change is kept for who listens later: a page is read on the server a moment before it listens here. */
const RECENT_MS = 2000;

type Heard = {
  change: (change: Change) => void;
  /** Changes may have been missed: read again. */
  gap: () => void;
  /** The first connection stands, a moment after the page was drawn: what changed in between was not told. Something
   *  cheaper than `gap`, which is called otherwise. */
  catchUp?: () => void;
};

/** What changes on the desk while the page is open, by server-sent events. */
export class LiveChanges {
  connected: boolean = $state(true);

  #listeners = new Set<Heard>();
  #source: EventSource | null = null;
  #isFirst = true;
  #hadGap = false;
  #recent: { change: Change; atMs: number }[] = [];

  listen(heard: Heard): () => void {
    this.#listeners.add(heard);
    for (const { change } of this.#keepRecent()) heard.change(change);
    return () => this.#listeners.delete(heard);
  }

  /** Tells this page's listeners at once of what the page itself did, rather than when the server's event arrives. */
  tell(change: Change): void {
    this.#recent = [...this.#keepRecent(), { change, atMs: performance.now() }];
    for (const heard of this.#listeners) heard.change(change);
  }

  #keepRecent(): { change: Change; atMs: number }[] {
    const since = performance.now() - RECENT_MS;
    this.#recent = this.#recent.filter(({ atMs }) => atMs >= since);
    return this.#recent;
  }

  start(): () => void {
    let hiding: ReturnType<typeof setTimeout> | undefined;
    const watchVisibility = () => {
      clearTimeout(hiding);
      if (document.hidden) hiding = setTimeout(() => this.#disconnect(), HIDDEN_MS);
      else this.#connect();
    };

    document.addEventListener("visibilitychange", watchVisibility);
    this.#connect();
    return () => {
      document.removeEventListener("visibilitychange", watchVisibility);
      clearTimeout(hiding);
      this.#disconnect();
    };
  }

  #connect(): void {
    if (this.#source) return;
    const source = new EventSource("/api/v1/events");
    this.#source = source;

    source.addEventListener("open", () => this.#reconnected());
    source.addEventListener("change", (event) => this.tell(JSON.parse(event.data) as Change));
    source.addEventListener("resync", () => this.#tellGap());
    source.addEventListener("error", () => {
      this.connected = false;
      this.#hadGap = true;
      // The browser tries again by itself, unless the server answered with an error.
      if (source.readyState === EventSource.CLOSED) {
        this.#source = null;
        setTimeout(() => !document.hidden && this.#connect(), 3000);
      }
    });
  }

  #disconnect(): void {
    this.#source?.close();
    this.#source = null;
    this.#hadGap = true;
  }

  #reconnected(): void {
    this.connected = true;
    if (this.#hadGap) this.#tellGap();
    else if (this.#isFirst) for (const heard of this.#listeners) (heard.catchUp ?? heard.gap)();
    this.#isFirst = false;
    this.#hadGap = false;
  }

  #tellGap(): void {
    for (const heard of this.#listeners) heard.gap();
  }
}
