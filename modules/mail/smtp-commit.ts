import { addJob, type Db, type DeskId, inGroups, type JobOptions, type Tx } from "@permanence/database";
import { assert, type Instant, newId, type World } from "@permanence/kernel";
import { sql } from "kysely";
import type { FreshMails } from "./fresh-mails.ts";
import { insertInboundMail, type NewInboundMail } from "./inbound-mail-store.ts";
import type { IntakeMailbox } from "./smtp-recipients.ts";

/** The task that reads one inbound mail. */
export const READ_MAIL = "read-mail";
export type ReadMailPayload = { deskId: DeskId; inboundMailId: string; sizeBytes: number };

/** @param options `key` where there may be such a job already, which this one then replaces */
export function addReadJob(
  tx: Tx,
  deskId: DeskId,
  { inboundMailId, sizeBytes }: Omit<ReadMailPayload, "deskId">,
  options: JobOptions = {},
): void {
  const payload: ReadMailPayload = { deskId, inboundMailId, sizeBytes };
  addJob(tx, READ_MAIL, payload, options);
}

/** The job that reads what was imported as history, mail after mail. */
export const READ_HISTORY = "read-history";

export type ReadHistoryPayload = { deskId: DeskId };

/** One waits for each desk, behind all other work. */
export function addHistoryJob(tx: Tx, deskId: DeskId): void {
  addJob(tx, READ_HISTORY, { deskId } satisfies ReadHistoryPayload, { key: `${READ_HISTORY}:${deskId}`, priority: 10 });
}

/** A mail all of whose bytes are here. */
export type ReceivedMail = {
  receivedAt: Instant;
  envelopeFrom: string;
  recipients: { mailbox: IntakeMailbox; address: string }[];
  remoteIp: string;
  /** How the sender's server named itself. */
  helo: string;
  bytes: Buffer;
};

/** What is kept of one mail at each desk. */
type Kept = { desks: Map<DeskId, NewInboundMail[]>; bytes: number };

/** Resolves, to the ids of what was kept, when the mail and the job that reads it are on disk; throws where they are not. */
export type KeepMail = (mail: ReceivedMail) => Promise<string[]>;

/**
 * Keeps mails durably: those that arrive while others are being written go together into the next transaction, so
 * that under load one flush of the disk serves many. A mail for several desks is kept by all of them or by none.
 */
export function openMailKeeping(db: Db, world: World, fresh: FreshMails | null): KeepMail {
  const options = { keyOf: () => null, most: 32, mostBytes: 4 * 1024 * 1024, bytesOf: ({ bytes }: Kept) => bytes };
  const keep = inGroups<Kept, string[], null>({ ...options, atOnce: 1 }, async (_, mails) => {
    await commit(db, mails);
    const kept = mails.map(({ desks }) => [...desks.values()].flat());
    for (const mail of kept.flat()) fresh?.add(mail.inboundMailId, mail);
    return kept.map((own) => own.map(({ inboundMailId }) => inboundMailId));
  });
  return (mail) => keep({ desks: splitByDesk(mail, world), bytes: mail.bytes.length });
}

function commit(db: Db, mails: Kept[]): Promise<void> {
  const byDesk = new Map<DeskId, NewInboundMail[]>();
  for (const { desks } of mails) {
    for (const [deskId, own] of desks) byDesk.set(deskId, [...(byDesk.get(deskId) ?? []), ...own]);
  }
  const [first] = byDesk.keys();
  assert(first !== undefined, "a mail has a recipient");
  return db.transaction(first, async (tx) => {
    for (const [deskId, own] of byDesk) {
      if (deskId !== first) await sql`select set_config('app.desk_id', ${deskId}, true)`.execute(tx);
      for (const mail of own) {
        insertInboundMail(tx, deskId, mail);
        addReadJob(tx, deskId, { inboundMailId: mail.inboundMailId, sizeBytes: mail.bytes.length });
      }
    }
  });
}

/** Each mailbox has the mail once, whichever of its addresses it was sent to. */
function splitByDesk(mail: ReceivedMail, world: World): Map<DeskId, NewInboundMail[]> {
  const { receivedAt, envelopeFrom, remoteIp, helo, bytes } = mail;
  const desks = new Map<DeskId, NewInboundMail[]>();
  for (const { mailbox, address } of mail.recipients) {
    const mails = desks.get(mailbox.deskId) ?? [];
    desks.set(mailbox.deskId, mails);
    const known = mails.find(({ mailboxId }) => mailboxId === mailbox.mailboxId);
    if (known) known.envelopeTo.push(address);
    else {
      const envelope = { mailboxId: mailbox.mailboxId, envelopeFrom, envelopeTo: [address], remoteIp, helo };
      mails.push({ inboundMailId: newId(world), receivedAt, bytes, ...envelope });
    }
  }
  return desks;
}
