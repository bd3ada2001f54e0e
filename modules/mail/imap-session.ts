import type { Log } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import type { ImapFlow } from "imapflow";
import { ImapRefusal } from "./imap-failure.ts";
import { openFolder } from "./imap-folder.ts";
import {
  type FetchedMessage,
  fetchMessages,
  findNewUids,
  findOlderUids,
  inBatches,
  type ListedMessage,
  listMessages,
} from "./imap-fetch.ts";
import { finishHistory, noteContact } from "./imap-mailbox-store.ts";
import type { ByteBudget } from "./imap-memory.ts";
import type { ImapPosition } from "./imap-position.ts";
import { connectImap, type ImapLimits, type ImapSource, pathOf, whileOpen } from "./imap-source.ts";
import { type ImapStore, openPosition, store, takeMessages } from "./imap-taking.ts";
import type { IntakeMailbox } from "./smtp-recipients.ts";

export type ImapSessionOptions = ImapStore & {
  mailbox: IntakeMailbox;
  source: ImapSource;
  limits: ImapLimits;
  budget: ByteBudget;
  /** How often each message was asked for in vain; outlives the session. */
  trials: Map<number, Trial>;
  /** How long to wait for the server to tell of new mail before looking for it. */
  pollMs: number;
  /** All that was there is taken. */
  worked(): void;
  log: Log;
};

const SPLIT_AFTER = 2;
const LEAVE_AFTER = 10;
/** A server that breaks down may be away for minutes, and break at the same message each time: that is not its fault. */
const LEAVE_AFTER_MS = 15 * 60_000;

/** How often a message was tried in vain, and since when (on the monotonic clock). */
export type Trial = { count: number; sinceMs: number };
/** So many that new mail, which goes first, waits for less than a second or two. */
const OLDER_AT_ONCE = 100;

type Taking = (fetched: FetchedMessage[], lastUid: number) => Promise<void>;

const MOST_TO_PUT_AWAY = 10_000; // Where the server refuses to mark them, for ever.

/** One connection to one mailbox: takes what is new, and waits for more, until it breaks or is closed. */
export class ImapSession {
  readonly #options: ImapSessionOptions;
  readonly #client: ImapFlow;
  #position: ImapPosition;
  /** All below it were in the folder when it was opened. */
  readonly #uidNext: number;
  /** Too large or not given, and not yet written down as such. */
  #left: number[] = [];
  #isNews = true;
  /** What is to be imported as history, some at a time; null where nothing is, any more. */
  #older: AsyncGenerator<ListedMessage[]> | null;
  #cannotPutAway = false;
  #tell = () => {};

  private constructor(options: ImapSessionOptions, client: ImapFlow, position: ImapPosition, uidNext: number) {
    this.#options = options;
    this.#client = client;
    this.#position = position;
    this.#uidNext = uidNext;
    this.#older = options.source.historyFrom === null ? null : this.#listOlder(options.source.historyFrom);
    client.on("exists", () => this.#wake());
  }

  static async open(options: ImapSessionOptions, signal: AbortSignal): Promise<ImapSession> {
    const { source, limits, mailbox } = options;
    const client = await connectImap(source, { limits, signal });
    try {
      if (source.takenFolder !== null) await whileOpen(client, client.mailboxCreate(pathOf(source.takenFolder)));
      const folder = await openFolder(client, source);
      const position = await openPosition(options, mailbox, folder, source.since);
      return new ImapSession(options, client, position, folder.uidNext);
    } catch (error) {
      client.close();
      throw error;
    }
  }

  /** Never resolves: a session ends by what it throws. */
  async run(): Promise<never> {
    try {
      for (;;) {
        await this.#putAway();
        if (this.#isNews) await this.#takeNew();
        await this.#noteContact();
        this.#options.worked();
        if (this.#isNews || (await this.#importOlder())) continue;
        await this.#wait();
      }
    } finally {
      this.#client.close();
    }
  }

  #wake(): void {
    this.#isNews = true;
    this.#tell();
  }

  async #takeNew(): Promise<void> {
    this.#isNews = false;
    const { lastUid, takeFrom: from } = this.#position;
    const uids = await findNewUids(this.#client, { lastUid, from });
    for await (const listed of listMessages(this.#client, uids, this.#options.world.clock.now())) {
      await this.#takeListed(listed);
    }
    const end = Math.max(this.#position.lastUid, uids.at(-1) ?? 0, this.#uidNext - 1);
    if (end > this.#position.lastUid) await this.#take([], { ...this.#position, lastUid: end });
  }

  async #takeListed(listed: ListedMessage[]): Promise<void> {
    const wanted = listed.filter(({ at }) => at >= this.#position.takeFrom);
    await this.#takeFitting(wanted, async (fetched, lastUid) => {
      const toPutAway = [...this.#position.toPutAway, ...fetched.map(({ uid }) => uid)].slice(-MOST_TO_PUT_AWAY);
      await this.#take(fetched, { ...this.#position, lastUid, toPutAway });
      await this.#putAway();
    });
  }

  /** Imports some of what is older; on the server it stays as it is. Returns whether there may be more. */
  async #importOlder(): Promise<boolean> {
    const { db, mailbox, source } = this.#options;
    const next = await this.#older?.next();
    if (next === undefined) return false;
    if (!next.done) {
      await this.#takeFitting(next.value, (fetched, historyUid) =>
        this.#take(fetched, { ...this.#position, historyUid }, true),
      );
      return true;
    }
    this.#older = null;
    const { deskId, mailboxId } = mailbox;
    await store(db, deskId, (tx) => finishHistory(tx, deskId, mailboxId, source.historyFrom!));
    return false;
  }

  async *#listOlder(from: Instant): AsyncGenerator<ListedMessage[]> {
    const { takeFrom: before, historyUid: afterUid } = this.#position;
    const uids = await findOlderUids(this.#client, { afterUid, from, before });
    const now = this.#options.world.clock.now();
    for await (const listed of listMessages(this.#client, uids, now, OLDER_AT_ONCE))
      yield listed.filter(({ at }) => at >= from && at < before);
  }

  async #takeFitting(wanted: ListedMessage[], take: Taking): Promise<void> {
    const fitting = wanted.filter((message) => !this.#isTooMuch(message));
    for (const message of wanted) if (!fitting.includes(message)) this.#leave(message);
    for (const batch of inBatches(fitting)) {
      const isBad = batch.some(({ uid }) => (this.#options.trials.get(uid)?.count ?? 0) >= SPLIT_AFTER);
      for (const part of isBad ? batch.map((message) => [message]) : [batch]) await this.#takeBatch(part, take);
    }
  }

  #isTooMuch({ uid, sizeBytes }: ListedMessage): boolean {
    const { limits, trials, world } = this.#options;
    const trial = trials.get(uid);
    const isInVain =
      trial !== undefined && trial.count >= LEAVE_AFTER && world.clock.monotonicMs() - trial.sinceMs >= LEAVE_AFTER_MS;
    return sizeBytes > limits.mailBytes || isInVain;
  }

  #leave({ uid, sizeBytes }: ListedMessage): void {
    const { limits, mailbox, log, trials } = this.#options;
    const why = sizeBytes > limits.mailBytes ? `it has ${sizeBytes} bytes` : "the server does not give it";
    log(`A message to ${mailbox.address} was left where it is (UID ${uid}): ${why}.`);
    trials.delete(uid);
    this.#left.push(uid);
  }

  async #takeBatch(batch: ListedMessage[], take: Taking): Promise<void> {
    const { budget, trials, world } = this.#options;
    for (const { uid } of batch) {
      const { count, sinceMs } = trials.get(uid) ?? { count: 0, sinceMs: world.clock.monotonicMs() };
      trials.set(uid, { count: count + 1, sinceMs });
    }
    const sizeBytes = batch.reduce((sum, message) => sum + message.sizeBytes, 0);
    await budget.with(sizeBytes, async () => {
      const { fetched, withheld } = await fetchMessages(this.#client, batch);
      const [held] = withheld;
      if (held !== undefined)
        throw new ImapRefusal("not-given", `The server lists a message, UID ${held}, that it does not give.`);
      for (const { uid } of batch) trials.delete(uid);
      await take(fetched, batch.at(-1)!.uid);
    });
  }

  async #take(messages: FetchedMessage[], position: ImapPosition, isHistory = false): Promise<void> {
    const passed = this.#left.filter((uid) => uid <= position.lastUid).length;
    const to = { ...position, leftBehind: position.leftBehind + passed };
    await takeMessages(this.#options, this.#options.mailbox, messages, { from: this.#position, to, isHistory });
    this.#position = to;
    this.#left = this.#left.filter((uid) => uid > position.lastUid);
  }

  /** Marks on the server what was taken. That it was is written down with the next batch: until then it is done twice. */
  async #putAway(): Promise<void> {
    const { takenFolder } = this.#options.source;
    const uids = this.#position.toPutAway;
    if (uids.length === 0) return;
    const putting: Promise<unknown> =
      takenFolder === null
        ? this.#client.messageFlagsAdd(uids, ["\\Seen"], { uid: true })
        : this.#client.messageMove(uids, pathOf(takenFolder), { uid: true });
    const done = await whileOpen(this.#client, putting);
    if (done === false && !this.#cannotPutAway) {
      const where = takenFolder === null ? "be marked as read" : `be moved to ${takenFolder}`;
      this.#options.log(`Mail of ${this.#options.mailbox.address} is taken, but cannot ${where} on its server.`);
      this.#cannotPutAway = true;
    }
    this.#position = { ...this.#position, toPutAway: [] };
  }

  async #noteContact(): Promise<void> {
    const { db, world, mailbox } = this.#options;
    const { deskId, mailboxId } = mailbox;
    await store(db, deskId, (tx) => noteContact(tx, deskId, mailboxId, world.clock.now()));
  }

  /** Until the server tells of new mail (IDLE, RFC 2177), or it is time to look whether it forgot to. */
  async #wait(): Promise<void> {
    if (this.#isNews) return;
    let timer: NodeJS.Timeout | undefined;
    const told = new Promise<void>((resolve) => {
      this.#tell = resolve;
      timer = setTimeout(resolve, this.#options.pollMs);
    });
    this.#client.idle().catch(() => {}); // Ended by the next command; a broken connection tells by itself.
    await whileOpen(this.#client, told).finally(() => clearTimeout(timer));
    this.#isNews = true;
    await whileOpen(this.#client, this.#client.noop()); // A server may give its news only when it is asked something.
  }
}
