/** How long a change can be taken back from the bar. */
const UNDO_MS = 10_000;

/** What happened, and a button for what can be done about it. */
export type Offer = { text: string; label: string; act: () => Promise<void> };

/** The last thing that happened which can be taken back, or needs a look, for ten seconds; looking at the bar holds it. */
export class Undo {
  current: Offer | null = $state.raw(null);

  #timer: ReturnType<typeof setTimeout> | undefined;

  offer(offer: Offer): void {
    this.current = offer;
    this.release();
  }

  hold(): void {
    clearTimeout(this.#timer);
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.forget(), UNDO_MS);
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.current = null;
  }

  async take(): Promise<void> {
    const taken = this.current;
    this.forget();
    await taken?.act();
  }
}
