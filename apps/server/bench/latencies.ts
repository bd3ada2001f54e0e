/** Milliseconds that were measured, one by one. */
export class Latencies {
  readonly #ms: number[] = [];

  get count(): number {
    return this.#ms.length;
  }

  add(ms: number): void {
    this.#ms.push(ms);
  }

  /** The value that this share of the measurements does not exceed; null where there are none. */
  quantile(share: number): number | null {
    const sorted = Float64Array.from(this.#ms).sort();
    const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
    return value === undefined ? null : Math.round(value * 10) / 10;
  }

  summary(): { p50: number | null; p99: number | null } {
    return { p50: this.quantile(0.5), p99: this.quantile(0.99) };
  }
}
