import { createHash } from "node:crypto";
import type { Db, DeskId, Tx } from "@permanence/database";
import { type Instant, instant, newId, type World } from "@permanence/kernel";
import type { FreshMails } from "./fresh-mails.ts";
import { imapEnvelope } from "./imap-envelope.ts";
import { ImapRefusal } from "./imap-failure.ts";
import type { FetchedMessage } from "./imap-fetch.ts";
import { lockPosition, rememberTaken, savePosition } from "./imap-mailbox-store.ts";
import { type ImapPosition, isSamePlace, positionIn, type OpenedFolder } from "./imap-position.ts";
import { insertInboundMail, type NewInboundMail } from "./inbound-mail-store.ts";
import { addHistoryJob, addReadJob } from "./smtp-commit.ts";
import type { IntakeMailbox } from "./smtp-recipients.ts";

/** Where what is fetched is kept. */
export type ImapStore = { db: Db; world: World; fresh: FreshMails | null };

/** Another process took mail from the mailbox since we last looked. */
export class PositionMoved extends Error {}

/** Our own database did not do it. Told apart, since both it and a mail server may refuse a connection. */
export class NotStored extends Error {}

/** A transaction whose failures say that they are ours. */
export async function store<T>(db: Db, deskId: DeskId, work: (tx: Tx) => T | Promise<T>): Promise<T> {
  try {
    return await db.transaction(deskId, work);
  } catch (error) {
    throw error instanceof PositionMoved || error instanceof ImapRefusal
      ? error
      : new NotStored("not stored", { cause: error });
  }
}

/** Writes down that the mailbox was opened, and says where taking goes on. */
export function openPosition(
  { db, world }: ImapStore,
  { deskId, mailboxId }: IntakeMailbox,
  folder: OpenedFolder,
  since: Instant | null,
): Promise<ImapPosition> {
  const now = world.clock.now();
  return store(db, deskId, async (tx) => {
    const known = await lockPosition(tx, deskId, mailboxId);
    const position = positionIn(folder, known, since, now);
    await savePosition(tx, deskId, mailboxId, position, { now, mailAt: null });
    return position;
  });
}

/**
 * Keeps messages, their jobs and the new position, all or nothing. What was taken before, by its bytes, is not kept
 * again. Throws `PositionMoved`, and keeps nothing, where the position is not where the caller believes it.
 * @returns how many were new
 */
export async function takeMessages(
  { db, world, fresh }: ImapStore,
  mailbox: IntakeMailbox,
  messages: FetchedMessage[],
  { from, to, isHistory = false }: { from: ImapPosition; to: ImapPosition; isHistory?: boolean },
): Promise<number> {
  const { deskId, mailboxId } = mailbox;
  const digests = messages.map(({ bytes }) => createHash("sha256").update(bytes).digest());
  const kept = await store(db, deskId, async (tx) => {
    const known = await lockPosition(tx, deskId, mailboxId);
    if (known === null || !isSamePlace(known, from)) throw new PositionMoved("the mailbox is taken from elsewhere");
    const unknown = await rememberTaken(tx, deskId, mailboxId, digests);
    const mails = messages
      .filter((_, index) => unknown.delete(digests[index]!.toString("hex"))) // Of two that are the same, one.
      .map((message) => ({ ...newMail(world, mailbox, message), isHistory }));
    for (const mail of mails) keep(tx, deskId, mail);
    if (isHistory && mails.length > 0) addHistoryJob(tx, deskId);
    const newest = mails.reduce((latest, { receivedAt }) => Math.max(latest, receivedAt), 0);
    const mailAt = mails.length === 0 || isHistory ? null : instant(newest);
    const imported = isHistory ? mails.length : 0;
    await savePosition(tx, deskId, mailboxId, to, { now: world.clock.now(), mailAt, imported });
    return mails;
  });
  if (!isHistory) for (const mail of kept) fresh?.add(mail.inboundMailId, mail);
  return kept.length;
}

function newMail(world: World, { mailboxId, address }: IntakeMailbox, { at, bytes }: FetchedMessage): NewInboundMail {
  const envelope = imapEnvelope(bytes, address);
  return { inboundMailId: newId(world), mailboxId, receivedAt: at, ...envelope, remoteIp: "", helo: "", bytes };
}

function keep(tx: Tx, deskId: DeskId, mail: NewInboundMail): void {
  insertInboundMail(tx, deskId, mail);
  if (!mail.isHistory) addReadJob(tx, deskId, { inboundMailId: mail.inboundMailId, sizeBytes: mail.bytes.length });
}
