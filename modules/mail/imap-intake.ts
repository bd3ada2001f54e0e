import { type Claims, type Db, isTemporaryFailure, type Log, openClaims } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { type FetchedMailbox, findFetchedMailboxes } from "@permanence/people";
import type { FreshMails } from "./fresh-mails.ts";
import { describeImapFailure } from "./imap-failure.ts";
import { noteFailure, readChoices } from "./imap-mailbox-store.ts";
import { ByteBudget } from "./imap-memory.ts";
import { ImapSession, type Trial } from "./imap-session.ts";
import {
  IMAP_LIMITS,
  type ImapLimits,
  type ImapSource,
  imapSource,
  NO_CHOICE,
  type PasswordOf,
  type TakingChoice,
} from "./imap-source.ts";
import { NotStored, PositionMoved } from "./imap-taking.ts";
import type { IntakeMailbox } from "./smtp-recipients.ts";

export type ImapIntakeOptions = {
  db: Db;
  world: World;
  passwordOf: PasswordOf;
  maxSizeBytes?: number;
  log: Log;
  /** Where the program that reads mail is this one. */
  fresh?: FreshMails | null;
  pollMs?: number;
};

export type ImapIntake = { close(): Promise<void> };

const LOOK_FOR_CHANGES_MS = 2_000;
const POLL_MS = 60_000;
const UNDER_WAY_BYTES = 64 * 1024 * 1024;
const CLAIM_AGAIN_MS = 5_000;
const PAUSES_MS = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000];
const REFUSED_PAUSE_MS = 300_000; // Providers lock accounts at which wrong passwords are tried too often.
const DATABASE_PAUSE_MS = 1_000;

/** A mailbox that is fetched, and from where. */
type Fetched = { mailbox: IntakeMailbox; source: ImapSource };

/**
 * Fetches the mail of every mailbox that a desk names an IMAP server for: one connection each, held by one process at a
 * time. Desks that are applied anew are followed within seconds.
 */
export function startImapIntake(options: ImapIntakeOptions): ImapIntake {
  const intake = new Intake(options);
  return { close: () => intake.close() };
}

class Intake {
  readonly #options: ImapIntakeOptions;
  readonly #claims: Claims;
  readonly #limits: ImapLimits;
  readonly #budget = new ByteBudget(UNDER_WAY_BYTES);
  /** By mailbox. */
  readonly #running = new Map<string, { key: string; stop: AbortController; ended: Promise<void> }>();
  readonly #stop = new AbortController();
  readonly #following: Promise<void>;

  constructor(options: ImapIntakeOptions) {
    this.#options = options;
    this.#claims = openClaims(options.db);
    this.#limits = { ...IMAP_LIMITS, ...(options.maxSizeBytes !== undefined && { mailBytes: options.maxSizeBytes }) };
    this.#following = this.#follow();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#following;
    for (const { stop } of this.#running.values()) stop.abort();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    await this.#claims.close();
  }

  async #follow(): Promise<void> {
    const { db, log } = this.#options;
    while (!this.#stop.signal.aborted) {
      await findChosen(db).then(
        (mailboxes) => this.#runOnly(mailboxes),
        (error: Error) => isTemporaryFailure(error) || log(`Mailboxes cannot be looked up: ${error.stack}`),
      );
      await rest(LOOK_FOR_CHANGES_MS, this.#stop.signal);
    }
  }

  /** Starts what is new, and ends what is no more, or has changed. */
  #runOnly(mailboxes: ChosenMailbox[]): void {
    const wanted = new Map(mailboxes.map((each) => [JSON.stringify(each), each]));
    for (const { key, stop } of this.#running.values()) if (!wanted.has(key)) stop.abort();
    for (const [key, each] of wanted) {
      const { mailboxId } = each;
      if (this.#running.has(mailboxId)) continue; // One that has changed is started when its former self has ended.
      const stop = new AbortController();
      const source = imapSource(this.#options.db, each, this.#options.passwordOf, each);
      const ended = this.#fetch({ mailbox: each, source }, stop.signal).finally(() => this.#running.delete(mailboxId));
      this.#running.set(mailboxId, { key, stop, ended });
    }
  }

  /** For as long as the mailbox is wanted: takes mail while nobody else does, and comes back after whatever goes wrong. */
  async #fetch(fetched: Fetched, signal: AbortSignal): Promise<void> {
    const name = `imap:${fetched.mailbox.mailboxId}`;
    const trials = new Map<number, Trial>();
    const trouble = new Trouble(this.#options, fetched);
    while (!signal.aborted) {
      if (!(await this.#claims.take(name).catch(() => false))) {
        await rest(CLAIM_AGAIN_MS, signal);
        continue;
      }
      const pauseMs = await this.#runSession(fetched, { trials, trouble, signal });
      await this.#claims.letGo(name);
      await rest(pauseMs, signal);
    }
  }

  /** @returns how long to wait before the next */
  async #runSession(
    { mailbox, source }: Fetched,
    { trials, trouble, signal }: { trials: Map<number, Trial>; trouble: Trouble; signal: AbortSignal },
  ): Promise<number> {
    const { db, world, log, fresh = null, pollMs = POLL_MS } = this.#options;
    const worked = () => trouble.worked();
    const common = { db, world, fresh, log, pollMs, limits: this.#limits, budget: this.#budget };
    try {
      const session = await ImapSession.open({ ...common, mailbox, source, trials, worked }, signal);
      return await session.run();
    } catch (error) {
      if (signal.aborted) return 0;
      if (error instanceof PositionMoved) return CLAIM_AGAIN_MS;
      return error instanceof NotStored ? trouble.notStored(error.cause) : trouble.failed(error);
    }
  }
}

type ChosenMailbox = FetchedMailbox & TakingChoice;

/** The mailboxes that are fetched, each with what an admin chose for it. */
async function findChosen(db: Db): Promise<ChosenMailbox[]> {
  const mailboxes = await findFetchedMailboxes(db);
  const chosen = new Map<string, TakingChoice>();
  for (const deskId of new Set(mailboxes.map((mailbox) => mailbox.deskId))) {
    const choices = await db.transaction(deskId, (tx) => readChoices(tx, deskId));
    for (const [mailboxId, choice] of choices) chosen.set(mailboxId, choice);
  }
  return mailboxes.map((mailbox) => ({ ...mailbox, ...(chosen.get(mailbox.mailboxId) ?? NO_CHOICE) }));
}

/** Says once that a mailbox fails, and once that it works again; knows how long to wait meanwhile. */
class Trouble {
  readonly #options: ImapIntakeOptions;
  readonly #fetched: Fetched;
  #sentence: string | null = null;
  #failures = 0;

  constructor(options: ImapIntakeOptions, fetched: Fetched) {
    this.#options = options;
    this.#fetched = fetched;
  }

  /** @returns how long to wait before the next try */
  async failed(error: unknown): Promise<number> {
    const { db, world, log } = this.#options;
    const { mailbox, source } = this.#fetched;
    const { deskId, mailboxId, address } = mailbox;
    const { sentence } = describeImapFailure(error, source);
    if (sentence !== this.#sentence) log(`Mail of ${address} cannot be fetched: ${sentence}`);
    this.#sentence = sentence;
    const note = { sentence, now: world.clock.now() };
    try {
      await db.transaction(deskId, (tx) => noteFailure(tx, deskId, mailboxId, note));
    } catch {
      // It is in the log, and will be noted with the next try.
    }
    const pauseMs = PAUSES_MS[this.#failures++];
    if (pauseMs !== undefined) return pauseMs;
    const isRefused = (error as { authenticationFailed?: unknown }).authenticationFailed === true;
    return isRefused ? REFUSED_PAUSE_MS : PAUSES_MS.at(-1)!;
  }

  /** Of what was not stored, nothing is lost: it lies where it lay. */
  notStored(error: unknown): number {
    const isExpected = isTemporaryFailure(error);
    const sentence = `it cannot be stored just now: ${error instanceof Error ? (isExpected ? error.message : error.stack) : String(error)}`;
    if (sentence !== this.#sentence)
      this.#options.log(`Mail of ${this.#fetched.mailbox.address} is not fetched, since ${sentence}`);
    this.#sentence = sentence;
    return DATABASE_PAUSE_MS;
  }

  worked(): void {
    if (this.#sentence !== null) this.#options.log(`Mail of ${this.#fetched.mailbox.address} is fetched again.`);
    this.#sentence = null;
    this.#failures = 0;
  }
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener("abort", wake);
  });
}
