/** How many bytes all mailboxes together may have under way: a server that is slow must not cost memory that others need. */
export class ByteBudget {
  #left: number;
  readonly #most: number;
  #waiting: { bytes: number; start: () => void }[] = [];

  constructor(bytes: number) {
    this.#left = bytes;
    this.#most = bytes;
  }

  /** Does the work once its bytes are free, first come first served. More than there is at all waits for all of it. */
  async with<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const share = Math.min(bytes, this.#most);
    if (this.#waiting.length > 0 || share > this.#left) {
      await new Promise<void>((start) => this.#waiting.push({ bytes: share, start }));
    } else this.#left -= share;
    try {
      return await work();
    } finally {
      this.#left += share;
      this.#startSome();
    }
  }

  #startSome(): void {
    for (let next = this.#waiting[0]; next && next.bytes <= this.#left; next = this.#waiting[0]) {
      this.#left -= next.bytes;
      this.#waiting.shift();
      next.start();
    }
  }
}
