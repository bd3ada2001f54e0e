/** Keeps what was costly to make while there is room: what was used least recently makes room first. */
export class PageCache<V> {
  readonly #pages = new Map<string, { value: V; sizeBytes: number }>();
  readonly #roomBytes: number;
  #heldBytes = 0;

  constructor(roomBytes: number) {
    this.#roomBytes = roomBytes;
  }

  get(key: string): V | undefined {
    const page = this.#pages.get(key);
    if (page === undefined) return undefined;
    this.#pages.delete(key); // A Map remembers the order of insertion: this makes it the newest.
    this.#pages.set(key, page);
    return page.value;
  }

  set(key: string, value: V, sizeBytes: number): void {
    if (sizeBytes > this.#roomBytes / 2 || this.#pages.has(key)) return;
    this.#pages.set(key, { value, sizeBytes });
    this.#heldBytes += sizeBytes;
    for (const [oldest, page] of this.#pages) {
      if (this.#heldBytes <= this.#roomBytes) return;
      this.#pages.delete(oldest);
      this.#heldBytes -= page.sizeBytes;
    }
  }
}
