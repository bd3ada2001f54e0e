/** The desk's time, which is the server's. The browser only counts how much has passed since the server told it: a
 *  wrong clock on an agent's machine changes nothing. On the server it stands still. */
export class DeskClock {
  nowMs: number = $state(0);

  #toldMs = 0;
  #heardAtMs = 0;

  /** @param told the server's time @param heardAtMs when it was heard, as performance.now() counts. */
  constructor(told: string, heardAtMs: number) {
    this.set(told, heardAtMs);
  }

  set(told: string, heardAtMs: number): void {
    this.#toldMs = Date.parse(told);
    this.#heardAtMs = heardAtMs;
    this.nowMs = this.#toldMs;
  }

  /** Ticks each second, until the returned function is called. */
  start(): () => void {
    const tick = () => (this.nowMs = this.#toldMs + (performance.now() - this.#heardAtMs));
    const timer = setInterval(tick, 1000);
    tick();
    return () => clearInterval(timer);
  }
}
