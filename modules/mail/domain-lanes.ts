import type { OutgoingMailRow } from "./mail-tables.ts";

/** How many mails to each domain are under way. A relay may think long about a domain that is ill: it must not hold all
 *  sessions, and all who send, with that. */
export class DomainLanes {
  readonly #width: number;
  readonly #under = new Map<string, number>();
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(width: number) {
    this.#width = width;
  }

  /** Waits a moment for a place: a lane that moves soon has one. False where it does not move. */
  async enter(mail: OutgoingMailRow): Promise<boolean> {
    const domain = domainOf(mail);
    const under = this.#under.get(domain) ?? 0;
    if (under < this.#width) {
      this.#under.set(domain, under + 1);
      return true;
    }
    const waiting = this.#waiting.get(domain) ?? new Set();
    this.#waiting.set(domain, waiting);
    return new Promise((resolve) => {
      const settle = (isIn: boolean) => {
        clearTimeout(patience);
        waiting.delete(takePlace);
        resolve(isIn);
      };
      const takePlace = () => settle(true);
      const patience = setTimeout(() => settle(false), LANE_PATIENCE_MS);
      waiting.add(takePlace);
    });
  }

  /** Gives the place to who has waited longest for it. */
  leave(mail: OutgoingMailRow): void {
    const domain = domainOf(mail);
    const [next] = this.#waiting.get(domain) ?? [];
    if (next) return next();
    this.#waiting.delete(domain);
    const left = this.#under.get(domain)! - 1;
    if (left > 0) this.#under.set(domain, left);
    else this.#under.delete(domain);
  }
}

const LANE_PATIENCE_MS = 500;

const domainOf = ({ to_address }: OutgoingMailRow): string => to_address.slice(to_address.lastIndexOf("@") + 1);
