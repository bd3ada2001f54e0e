import { Resolver } from "node:dns/promises";
import { type Clock, systemClock } from "@permanence/kernel";

/** What mailauth asks of a resolver: as dns.promises.resolve. Rejects with an error that has a `code`. */
export type Lookup = (name: string, type: string) => Promise<unknown>;

/** Node tells no TTL of TXT and MX. Five minutes are less than what nearly every domain publishes. */
const ANSWER_KEPT_MS = 5 * 60_000;
const NOTHING_KEPT_MS = 60_000;
/** So that a thousand mails in the name of a domain whose DNS is silent wait for it once. */
const FAILURE_KEPT_MS = 10_000;
const MOST_KEPT = 10_000;
/** A TXT record may have 64 kB: ten thousand of them would cost the thread its memory. A key has less than one. */
const LONGEST_KEPT_CHARACTERS = 8_192;
const QUERY_MS = 2_000;

/** These are answers: there is nothing of that name or type. All else is a DNS that did not answer. */
const NOTHING = new Set(["ENOTFOUND", "ENODATA"]);

type Kept = { answer: Promise<unknown>; untilMs: number };

/** DNS with a memory; asks for the same thing once. */
export class SenderDns {
  readonly #resolver = new Resolver({ timeout: 900, tries: 2 });
  readonly #kept = new Map<string, Kept>();
  readonly #clock: Clock;

  /** @param servers "address:port", where they are not the machine's own */
  constructor(servers: string[] | null = null, clock: Clock = systemClock) {
    if (servers) this.#resolver.setServers(servers);
    this.#clock = clock;
  }

  /** A resolver for one mail, which answers ETIMEOUT after `limitMs` in all, and tells afterwards what went unanswered. */
  within(limitMs: number): { lookup: Lookup; unanswered: Set<string> } {
    const endsAtMs = this.#clock.monotonicMs() + limitMs;
    const unanswered = new Set<string>();
    const lookup: Lookup = async (name, type) => {
      const leftMs = Math.min(QUERY_MS, endsAtMs - this.#clock.monotonicMs());
      try {
        return await inTime(leftMs, () => this.#look(name.toLowerCase(), type));
      } catch (error) {
        if (!NOTHING.has(codeOf(error))) unanswered.add(name.toLowerCase());
        throw error;
      }
    };
    return { lookup, unanswered };
  }

  #look(name: string, type: string): Promise<unknown> {
    const key = `${type} ${name}`;
    const nowMs = this.#clock.monotonicMs();
    const known = this.#kept.get(key);
    if (known && nowMs < known.untilMs) return known.answer;
    const kept: Kept = { answer: this.#resolver.resolve(name, type), untilMs: nowMs + ANSWER_KEPT_MS };
    kept.answer.then(
      (answer) => {
        if (JSON.stringify(answer).length > LONGEST_KEPT_CHARACTERS && this.#kept.get(key) === kept)
          this.#kept.delete(key);
      },
      (error: unknown) => {
        kept.untilMs = nowMs + (NOTHING.has(codeOf(error)) ? NOTHING_KEPT_MS : FAILURE_KEPT_MS);
      },
    );
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break;
      this.#kept.delete(oldest);
    }
    return kept.answer;
  }
}

async function inTime(limitMs: number, ask: () => Promise<unknown>): Promise<unknown> {
  if (limitMs <= 0) throw silence();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(silence()), limitMs);
  });
  return await Promise.race([ask(), tooLate]).finally(() => clearTimeout(timer));
}

function silence(): Error {
  return Object.assign(new Error("The DNS did not answer in time."), { code: "ETIMEOUT" });
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? "";
}
