const BLOCK_BYTES = 16 * 1024;

/** Gathers a mail's bytes. Small pieces are copied together: a mail of nothing but dots arrives in millions of them. */
export class ByteGatherer {
  #whole: Buffer[] = [];
  #block: Buffer | null = null;
  #used = 0;

  add(piece: Buffer): void {
    if (piece.length >= BLOCK_BYTES / 4) {
      this.#closeBlock();
      this.#whole.push(piece);
      return;
    }
    if (this.#used + piece.length > BLOCK_BYTES) this.#closeBlock();
    this.#block ??= Buffer.allocUnsafe(BLOCK_BYTES);
    this.#used += piece.copy(this.#block, this.#used);
  }

  /** All bytes as one; the gatherer is empty then. */
  take(): Buffer {
    this.#closeBlock();
    const [only, ...others] = this.#whole;
    const bytes = only && others.length === 0 ? only : Buffer.concat(this.#whole);
    this.#whole = [];
    return bytes;
  }

  #closeBlock(): void {
    if (this.#block) this.#whole.push(this.#block.subarray(0, this.#used));
    this.#block = null;
    this.#used = 0;
  }
}
