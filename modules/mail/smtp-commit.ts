import { addJob, type Db, type DeskId, isTemporaryFailure } from "@permanence/database";
import { assert, type Instant, newId, type World } from "@permanence/kernel";
import { sql } from "kysely";
import { insertInboundMails, type NewInboundMail } from "./inbound-mail-store.ts";
import type { IntakeMailbox } from "./smtp-recipients.ts";

/** The task that reads one inbound mail. */
export const READ_MAIL = "read-mail";
export type ReadMailPayload = { deskId: DeskId; inboundMailId: string };

/** A mail all of whose bytes are here. */
export type ReceivedMail = {
  receivedAt: Instant;
  envelopeFrom: string;
  recipients: { mailbox: IntakeMailbox; address: string }[];
  remoteIp: string;
  bytes: Buffer;
};

/** One mail of the queue: what is kept of it at each desk. */
type Waiting = { desks: Map<DeskId, NewInboundMail[]>; bytes: number; done: (error?: unknown) => void };

const MOST_AT_ONCE = 32;
const MOST_BYTES_AT_ONCE = 4 * 1024 * 1024;
const TRANSACTIONS_AT_ONCE = 3;

/**
 * Keeps mails durably: those that arrive while others are being written go together into the next transaction, so
 * that under load one flush of the disk serves many. A mail for several desks is kept by all of them or by none.
 */
export class CommitQueue {
  readonly #db: Db;
  readonly #world: World;
  #waiting: Waiting[] = [];
  #running = 0;

  constructor(db: Db, world: World) {
    this.#db = db;
    this.#world = world;
  }

  /** Resolves, to the ids of what was kept, when the mail and the job that reads it are on disk; throws where they are not. */
  keep(mail: ReceivedMail): Promise<string[]> {
    const desks = splitByDesk(mail, this.#world);
    const ids = [...desks.values()].flat().map(({ inboundMailId }) => inboundMailId);
    return new Promise((resolve, reject) => {
      const done = (error?: unknown) => (error === undefined ? resolve(ids) : reject(error));
      this.#waiting.push({ desks, bytes: mail.bytes.length, done });
      this.#run();
    });
  }

  #run(): void {
    if (this.#running >= TRANSACTIONS_AT_ONCE || this.#waiting.length === 0) return;
    this.#running++;
    void this.#write(this.#takeBatch()).finally(() => {
      this.#running--;
      this.#run();
    });
  }

  #takeBatch(): Waiting[] {
    let count = 0;
    for (let bytes = 0; count < Math.min(this.#waiting.length, MOST_AT_ONCE); count++) {
      bytes += this.#waiting[count]!.bytes;
      if (count > 0 && bytes > MOST_BYTES_AT_ONCE) break;
    }
    return this.#waiting.splice(0, count);
  }

  async #write(batch: Waiting[]): Promise<void> {
    try {
      await this.#commit(batch);
      for (const { done } of batch) done();
    } catch (error) {
      const isOnesOwn = batch.length > 1 && !isTemporaryFailure(error);
      for (const mail of batch) {
        if (isOnesOwn) await this.#write([mail]); // One of them cannot be kept: the others must not suffer.
        else mail.done(error ?? new Error("the mail was not kept"));
      }
    }
  }

  #commit(batch: Waiting[]): Promise<void> {
    const byDesk = new Map<DeskId, NewInboundMail[]>();
    for (const { desks } of batch) {
      for (const [deskId, mails] of desks) byDesk.set(deskId, [...(byDesk.get(deskId) ?? []), ...mails]);
    }
    const [first] = byDesk.keys();
    assert(first !== undefined, "a mail has a recipient");
    return this.#db.transaction(first, async (tx) => {
      for (const [deskId, mails] of byDesk) {
        if (deskId !== first) await sql`select set_config('app.desk_id', ${deskId}, true)`.execute(tx);
        await insertInboundMails(tx, deskId, mails);
        for (const { inboundMailId } of mails)
          await addJob(tx, READ_MAIL, { deskId, inboundMailId } satisfies ReadMailPayload);
      }
    });
  }
}

/** Each mailbox has the mail once, whichever of its addresses it was sent to. */
function splitByDesk(mail: ReceivedMail, world: World): Map<DeskId, NewInboundMail[]> {
  const { receivedAt, envelopeFrom, remoteIp, bytes } = mail;
  const desks = new Map<DeskId, NewInboundMail[]>();
  for (const { mailbox, address } of mail.recipients) {
    const mails = desks.get(mailbox.deskId) ?? [];
    desks.set(mailbox.deskId, mails);
    const known = mails.find(({ mailboxId }) => mailboxId === mailbox.mailboxId);
    if (known) known.envelopeTo.push(address);
    else {
      const envelope = { mailboxId: mailbox.mailboxId, envelopeFrom, envelopeTo: [address], remoteIp };
      mails.push({ inboundMailId: newId(world), receivedAt, bytes, ...envelope });
    }
  }
  return desks;
}
