import { addJob, announce, type DeskId, type Tx } from "@permanence/database";
import { assert, base32, type Instant, newId, newToken, type World } from "@permanence/kernel";
import { sql } from "kysely";
import type { OutgoingMailRow, Urgency } from "./mail-tables.ts";
import { type MailToQueue, type OutgoingIdentity, renderMail } from "./outgoing-mail.ts";
import { headerText } from "./outgoing-mime.ts";
import { claimMail, findOutgoingMail, insertOutgoingMail, lockMails, saveProgress } from "./outgoing-mail-store.ts";
import { mailboxesMeantBy, splitAddress, tagAddress } from "./tagged-address.ts";

/** The task that hands one queued mail to the relay. */
export const SEND_MAIL = "send-mail";
export type SendMailPayload = { deskId: DeskId; outgoingMailId: string };

const JOB_PRIORITY = { urgent: -20, high: -10, usual: 0, low: 10 } as const satisfies Record<Urgency, number>;

/** `sha256`: of its bytes, in hexadecimal. */
export type QueuedMail = { outgoingMailId: string; messageId: string; sha256: string };

export type QueueResult = QueuedMail | { refused: "address" | "own-mailbox" };

/**
 * Puts a mail into the outbox, to be sent if the transaction commits. It is rendered here, once: each attempt
 * sends the same bytes under the same Message-ID.
 *
 * Refuses what is no address ("address"), and the desk's own mailboxes ("own-mailbox"): a notice to oneself
 * would be registered, and answered, without end.
 */
export async function queueMail(tx: Tx, world: World, deskId: DeskId, mail: MailToQueue): Promise<QueueResult> {
  return putMail(tx, world, deskId, mail, await findOwnAddresses(tx, deskId, [mail.to.address]));
}

/** The same for whoever knows already which of the readers' addresses are the desk's own. */
export function putMail(
  tx: Tx,
  world: World,
  deskId: DeskId,
  mail: MailToQueue,
  ownAddresses: ReadonlySet<string>,
): QueueResult {
  const refused = whyRefused(mail.to.address, ownAddresses);
  if (refused !== null) return { refused };
  const { returnToken = newToken(world) } = mail;
  const messageId = newMessageId(world, mail);
  const bytes = renderMail(mail, identityOf(mail, { messageId, returnToken }, world.clock.now()));
  return insertMail(tx, world, deskId, mail, { messageId, returnToken, bytes });
}

/** One letter to several readers, in their order: the same bytes under one Message-ID, each copy with a return path of its
 *  own. Only `shown` stands in it: whoever is a reader and not there gets it blind. Refuses all where it refuses one. */
export async function queueLetter(
  tx: Tx,
  world: World,
  deskId: DeskId,
  letter: Omit<MailToQueue, "to" | "returnToken" | "requestMdn"> & Required<Pick<MailToQueue, "shown">>,
  readers: readonly { address: string; contactId: string | null }[],
): Promise<
  { copies: [QueuedMail, ...QueuedMail[]] } | { refused: { address: string; why: "address" | "own-mailbox" }[] }
> {
  assert(readers.length > 0, "a letter has a reader");
  const own = await findOwnAddresses(
    tx,
    deskId,
    readers.map(({ address }) => address),
  );
  const refused = readers.flatMap(({ address }) => {
    const why = whyRefused(address, own);
    return why === null ? [] : [{ address, why }];
  });
  if (refused.length > 0) return { refused };
  const mail = { ...letter, requestMdn: false }; // A notice of display would tell the readers apart.
  const messageId = newMessageId(world, mail);
  const first = { name: "", address: readers[0]!.address };
  const identity = identityOf({ ...mail, to: first }, { messageId, returnToken: newToken(world) }, world.clock.now());
  const bytes = renderMail({ ...mail, to: first }, identity);
  const [primary, ...others] = readers.map(({ address, contactId }) => {
    const copy = { ...mail, to: { name: "", address }, contactId };
    return insertMail(tx, world, deskId, copy, { messageId, returnToken: newToken(world), bytes });
  });
  return { copies: [primary!, ...others] };
}

function whyRefused(address: string, ownAddresses: ReadonlySet<string>): "address" | "own-mailbox" | null {
  if (!isMailAddress(address)) return "address";
  return ownAddresses.has(address) ? "own-mailbox" : null;
}

function identityOf(
  { mailbox, replyToken }: MailToQueue,
  { messageId, returnToken }: { messageId: string; returnToken: string },
  date: Instant,
): OutgoingIdentity {
  const returnPath = tagAddress(mailbox, { kind: "return", token: returnToken });
  const replyTo = replyToken === null ? mailbox : tagAddress(mailbox, { kind: "ticket", token: replyToken });
  return { messageId, returnPath, replyTo, date };
}

type Rendered = { messageId: string; returnToken: string; bytes: Buffer };

function insertMail(tx: Tx, world: World, deskId: DeskId, mail: MailToQueue, rendered: Rendered): QueuedMail {
  const { messageId, returnToken, bytes } = rendered;
  const now = world.clock.now();
  const outgoingMailId = newId(world);
  const returnPath = tagAddress(mail.mailbox, { kind: "return", token: returnToken });
  const notBefore = mail.notBefore ?? now;
  const row = {
    desk_id: deskId,
    outgoing_mail_id: outgoingMailId,
    ticket_id: mail.ticketId,
    contact_id: mail.contactId,
    side_thread_id: mail.sideThreadId ?? null,
    purpose: mail.purpose,
    to_address: mail.to.address.toLowerCase(),
    subject: headerText(mail.subject),
    message_id: messageId,
    return_token: returnToken,
    envelope_from: returnPath,
    created_at: now,
    urgency: mail.urgency ?? "usual",
    next_attempt_at: notBefore,
  };
  const sha256 = insertOutgoingMail(tx, row, bytes).toString("hex");
  // Without a key: no other job can exist for a mail that is new.
  const payload: SendMailPayload = { deskId, outgoingMailId };
  // At once, by whatever clock the workers go, where nothing speaks for later.
  const later = mail.notBefore === undefined ? {} : { runAt: notBefore };
  addJob(tx, SEND_MAIL, payload, { ...later, priority: JOB_PRIORITY[row.urgency] });
  return { outgoingMailId, messageId, sha256 };
}

/** Those of the addresses at which mail would come back to the desk itself. */
export async function findOwnAddresses(tx: Tx, deskId: DeskId, addresses: string[]): Promise<Set<string>> {
  const meant = addresses.map((address) => ({ address, mailboxes: mailboxesMeantBy(address) }));
  const { rows } = await sql<{ address: string }>`
    select address from mailbox
    where desk_id = ${deskId} and address = any(${meant.flatMap(({ mailboxes }) => mailboxes)}::text[])`.execute(tx);
  const own = rows.map((row) => row.address);
  return new Set(
    meant.flatMap(({ address, mailboxes }) => (mailboxes.some((each) => own.includes(each)) ? [address] : [])),
  );
}

/** For a later attempt. One such job per mail: adding another moves the one that waits. */
export function addSendJob(
  tx: Tx,
  { desk_id, outgoing_mail_id, urgency }: Pick<OutgoingMailRow, "desk_id" | "outgoing_mail_id" | "urgency">,
  runAt: Instant,
): void {
  const payload: SendMailPayload = { deskId: desk_id, outgoingMailId: outgoing_mail_id };
  addJob(tx, SEND_MAIL, payload, { key: `${SEND_MAIL}:${outgoing_mail_id}`, runAt, priority: JOB_PRIORITY[urgency] });
}

/**
 * Makes it this mail's turn now, also where it was given up: whoever mended the relay need not wait, or write again.
 * A mail that another run holds is being tried this moment, and is left to it.
 */
export async function tryAgain(
  tx: Tx,
  deskId: DeskId,
  outgoingMailId: string,
  now: Instant,
): Promise<"queued" | "not-found" | "sent"> {
  if ((await findOutgoingMail(tx, deskId, outgoingMailId)) === null) return "not-found";
  if (!(await claimMail(tx, outgoingMailId))) return "queued";
  const [mail] = await lockMails(tx, deskId, [outgoingMailId]);
  if (mail!.state === "sent") return "sent";
  saveProgress(tx, mail!, { state: "queued", next_attempt_at: now });
  addSendJob(tx, mail!, now);
  announceMail(tx, mail!);
  return "queued";
}

/** Tells whoever watches that something became of this mail. */
export function announceMail(tx: Tx, { desk_id, outgoing_mail_id, ticket_id }: OutgoingMailRow): void {
  announce(tx, desk_id, {
    type: "outgoing-mail",
    outgoingMailId: outgoing_mail_id,
    ...(ticket_id && { ticketId: ticket_id }),
  });
}

/** Chance first, for being unique; then the ticket's token, so that a reply that keeps nothing but the
 *  thread still proves which ticket it belongs to. */
function newMessageId(world: World, mail: Pick<MailToQueue, "mailbox" | "replyToken">): string {
  const [, domain] = splitAddress(mail.mailbox) ?? [];
  const unique = base32(world.random.bytes(10));
  return `${mail.replyToken === null ? unique : `${unique}.${mail.replyToken}`}@${domain}`;
}

/** RFC 5321, sections 4.5.3.1.1 and 4.5.3.1.3, for lengths. */
function isMailAddress(address: string): boolean {
  const [local, domain] = splitAddress(address) ?? [];
  if (local === undefined || domain === undefined) return false;
  return (
    Buffer.byteLength(local) <= 64 &&
    domain.includes(".") &&
    local.length + domain.length < 254 &&
    !/["(),:;\\[\]]/.test(local)
  );
}
