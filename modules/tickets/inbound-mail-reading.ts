import { createHash } from "node:crypto";
import { announce, type Db, type DeskId, inGroups, isTemporaryFailure, type Tx } from "@permanence/database";
import { assert, instant, type World } from "@permanence/kernel";
import {
  type Authentication,
  type FreshMails,
  addReadJob,
  findRecipientHosts,
  type InboundMailRow,
  lockInboundMails,
  MailMemory,
  type MailReader,
  markRead,
  type RawMail,
  type RecipientHosts,
  type ReadMail,
  type ReadMailPayload,
  type SenderChecks,
  type SenderDns,
  type Unreadable,
} from "@permanence/mail";
import { type Desk, deskOf } from "@permanence/people";
import { sql } from "kysely";
import { domainsToLookUp } from "./delivery-reports.ts";
import { fileHistory } from "./history-filing.ts";
import { type Filing, fileMail, isNewRequest, registerRequests } from "./mail-filing.ts";
import { type EarlierMail, findAlike, type Identity, lockIdentities } from "./mail-identity.ts";
import { LATER, openSenderVerdicts } from "./sender-verdicts.ts";
import { LONGEST_NAME, LONGEST_SUBJECT, shortened } from "./shortened.ts";

/** What reading inbound mail needs. */
export type Reading = {
  db: Db;
  world: World;
  reader: MailReader;
  /** Whether notices are spaced per address and hour. */
  caps: boolean;
  /** What this process itself has just taken, where it takes mail. */
  fresh?: FreshMails;
  /** Left out where nobody checks who sent a mail. */
  senders?: SenderChecks | null;
  /** Left out where nobody looks up where recipients' mail arrives. */
  dns?: SenderDns | null;
};

/** What a mail was found to be. The row keeps it. */
export type Verdict = {
  kind: NonNullable<InboundMailRow["kind"]>;
  reason: string | null;
  ticketId: string | null;
  /** Of what is discussed with others than the customer; no ticket then. */
  sideThreadId?: string;
  duplicateOf: string | null;
  warnings: string[];
};

/** The mails that are read at the same time may take so much, one that is larger aside. */
const MEMORY = { sharedBytes: 64 * 1024 * 1024, patienceMs: 60_000, slowAfterMs: 60_000 };
const MOST_TOGETHER = 32;

/**
 * Reads inbound mails to their end: exactly one kind each, and a ticket where one is from a person. The bytes are
 * read apart, outside of any transaction; everything that follows from them is one transaction, for all the mails whose
 * reading ends at about the same time. A second run finds the mail read and does nothing.
 */
export function openInboundMailReading(reading: Reading): (job: ReadMailPayload) => Promise<void> {
  const { db, reader } = reading;
  const memory = new MailMemory(MEMORY, reading.world.clock);
  const byDesk = { keyOf: ({ deskId }: { deskId: DeskId }) => deskId, most: MOST_TOGETHER };
  const load = inGroups(byDesk, (deskId, jobs: ReadMailPayload[]) =>
    db.transaction(deskId, (tx) => loadUnread(tx, deskId, jobs)),
  );
  const verdictOn = openSenderVerdicts(reading.senders ?? null);
  const file = inGroups(byDesk, (deskId, mails: Apart[]) => fileTogether(reading, deskId, mails));

  return async (job) => {
    const share = memory.open(() => {});
    share.complete(); // It waits for nobody's line: it is never sent away.
    await share.hold(job.sizeBytes);
    try {
      const raw = reading.fresh?.take(job.inboundMailId) ?? (await load(job));
      if (raw === null) return;
      const desk = await deskOf(db, job.deskId);
      const { languages } = desk.settings;
      const choice = { languages, prior: [languages[0]!], envelopeFrom: raw.envelopeFrom };
      const read = await reader.read(raw.bytes, choice);
      const authentication = "unreadable" in read ? null : await verdictOn(desk, job.inboundMailId, raw, read);
      if (authentication === LATER) return await readLater(reading, job);
      const hosts = await hostsFor(reading, read);
      if (hosts === LATER && reading.world.clock.now() - raw.receivedAt < PATIENCE_MS)
        return await readLater(reading, job);
      await file({ ...job, read, bytes: raw.bytes, authentication, hosts: hosts === LATER ? NO_HOSTS : hosts });
    } finally {
      share.release();
    }
  };
}

/** A DNS that does not answer is asked again for so long; then the report proves no more than it says by itself. */
const PATIENCE_MS = 20_000;
const NO_HOSTS: RecipientHosts = new Map();

async function hostsFor({ dns }: Reading, read: ReadMail | Unreadable): Promise<RecipientHosts | typeof LATER> {
  const domains = "unreadable" in read || !dns ? [] : domainsToLookUp(read);
  if (domains.length === 0) return NO_HOSTS;
  const found = await findRecipientHosts(domains, dns!);
  return found.size === 0 ? LATER : found;
}

const LATER_MS = 2_000;

/** Whoever runs a silent DNS makes us wait for it; the mails behind are read meanwhile. */
async function readLater({ db, world }: Reading, { deskId, inboundMailId, sizeBytes }: ReadMailPayload): Promise<void> {
  const runAt = instant(world.clock.now() + LATER_MS);
  await db.transaction(deskId, async (tx) => addReadJob(tx, deskId, { inboundMailId, sizeBytes }, { runAt }));
}

/** A mail whose bytes have been read. */
type Apart = ReadMailPayload & {
  read: ReadMail | Unreadable;
  bytes: Buffer;
  authentication: Authentication | null;
  hosts: RecipientHosts;
};

/** Null for a mail that was read before. */
async function loadUnread(tx: Tx, deskId: DeskId, jobs: ReadMailPayload[]): Promise<(RawMail | null)[]> {
  const ids = jobs.map(({ inboundMailId }) => inboundMailId);
  const rows = await tx
    .selectFrom("inbound_mail as m")
    .innerJoin("blob as b", (join) => join.onRef("b.desk_id", "=", "m.desk_id").onRef("b.sha256", "=", "m.sha256"))
    // Not `where read_at is null`: that leads through all unread.
    .select(["m.inbound_mail_id", "b.bytes", "m.read_at", "m.received_at as receivedAt", "m.helo"])
    .select(["m.envelope_from as envelopeFrom", "m.envelope_to as envelopeTo", "m.remote_ip as remoteIp"])
    .where("m.desk_id", "=", deskId)
    .where(sql<boolean>`m.inbound_mail_id = any(${ids}::uuid[])`)
    .execute();
  const unread = new Map(rows.filter((row) => row.read_at === null).map((row) => [row.inbound_mail_id, row]));
  return ids.map((id) => unread.get(id) ?? null);
}

async function fileTogether(reading: Reading, deskId: DeskId, mails: Apart[]): Promise<void[]> {
  const desk = await deskOf(reading.db, deskId);
  const filing = (tx: Tx) => fileAll(tx, reading, desk, mails);
  if (mails.length > 1) await reading.db.transaction(deskId, filing);
  else await orQuarantine(reading, mails[0]!, filing);
  return mails.map(() => undefined);
}

/** Runs the filing of one mail; what cannot be filed, today or tomorrow, waits in quarantine, where agents see it. */
async function orQuarantine(
  reading: Reading,
  { deskId, inboundMailId }: ReadMailPayload,
  filing: (tx: Tx) => Promise<void>,
): Promise<void> {
  const { db } = reading;
  try {
    await db.transaction(deskId, filing);
  } catch (error) {
    if (isTemporaryFailure(error)) throw error; // The job is tried again.
    await db.transaction(deskId, async (tx) => {
      const [inboundMail] = await lockInboundMails(tx, deskId, [inboundMailId]);
      if (inboundMail === undefined || inboundMail.read_at !== null) return;
      const reason = `It could not be filed: ${(error as Error).message}`;
      conclude(tx, reading, inboundMail, { kind: "quarantined", reason });
    });
  }
}

/** New requests, which are most, are registered together; each of the others needs a look of its own. */
async function fileAll(tx: Tx, reading: Reading, desk: Desk, mails: Apart[]): Promise<void> {
  const { deskId } = desk;
  const byId = new Map(mails.map((mail) => [mail.inboundMailId, mail])); // Two jobs may be of one mail.
  const [rows, knownIds] = await Promise.all([
    lockInboundMails(tx, deskId, [...byId.keys()]),
    lockIdentities(tx, deskId, mails.map(identityOf)),
  ]);
  const rowOf = new Map(rows.map((row) => [row.inbound_mail_id, row]));
  const requests: Filing[] = [];
  const others: [InboundMailRow, Apart][] = [];
  for (const mail of byId.values()) {
    const inboundMail = rowOf.get(mail.inboundMailId);
    assert(inboundMail !== undefined, "inbound mail is never deleted while it is read");
    if (inboundMail.read_at !== null) continue;
    const { messageId } = identityOf(mail);
    const isFirst = messageId !== null && !knownIds.has(messageId);
    if (messageId !== null) knownIds.add(messageId);
    const filing =
      "unreadable" in mail.read || !isFirst || inboundMail.is_history
        ? null
        : { inboundMail, mail: mail.read, authentication: mail.authentication };
    if (filing && isNewRequest(desk, filing)) requests.push(filing);
    else others.push([inboundMail, mail]);
  }
  if (requests.length > 0) {
    const verdicts = await registerRequests(tx, reading, desk, requests);
    for (const [index, filing] of requests.entries()) concludeFiling(tx, reading, filing, verdicts[index]!);
  }
  for (const [inboundMail, mail] of others) await fileAlone(tx, reading, desk, inboundMail, mail);
}

async function fileAlone(
  tx: Tx,
  reading: Reading,
  desk: Desk,
  inboundMail: InboundMailRow,
  mail: Apart,
): Promise<void> {
  const alike = await findAlike(tx, desk.deskId, identityOf(mail), reading.world.clock.now());
  const twin = alike.find((other) => other.content_sha256?.equals(identityOf(mail).contentSha256));
  const { read } = mail;
  if ("unreadable" in read) {
    const content_sha256 = inboundMail.sha256; // Nobody could tell its trace headers from the rest.
    if (twin) conclude(tx, reading, inboundMail, { ...duplicateOf(twin), content_sha256 });
    else conclude(tx, reading, inboundMail, { kind: "quarantined", reason: read.unreadable, content_sha256 });
    return;
  }
  const filing = { inboundMail, mail: read, authentication: mail.authentication, hosts: mail.hosts };
  if (twin) {
    const { inbound_mail_id, ticket_id: ticketId } = twin;
    const verdict = { kind: "duplicate" as const, reason: TWIN, ticketId, duplicateOf: inbound_mail_id, warnings: [] };
    return concludeFiling(tx, reading, filing, verdict);
  }
  const verdict = await (inboundMail.is_history ? fileHistory : fileMail)(tx, reading, desk, filing);
  const warnings = alike.length > 0 ? [...verdict.warnings, OTHER_CONTENTS] : verdict.warnings;
  concludeFiling(tx, reading, filing, { ...verdict, warnings });
}

const TWIN = "The same mail had come already.";
const OTHER_CONTENTS = "Another mail with other contents came under the same Message-ID.";

function duplicateOf(twin: EarlierMail) {
  return { kind: "duplicate" as const, reason: TWIN, duplicate_of: twin.inbound_mail_id };
}

function concludeFiling(
  tx: Tx,
  reading: Reading,
  { inboundMail, mail, authentication }: Filing,
  verdict: Verdict,
): void {
  conclude(tx, reading, inboundMail, {
    kind: verdict.kind,
    reason: verdict.reason,
    ticket_id: verdict.ticketId,
    side_thread_id: verdict.sideThreadId ?? null,
    duplicate_of: verdict.duplicateOf,
    warnings: [...mail.warnings, ...verdict.warnings],
    message_id: mail.messageId,
    from_address: mail.from?.address ?? null,
    from_name: mail.from === null ? null : shortened(mail.from.name, LONGEST_NAME),
    subject: shortened(mail.subject, LONGEST_SUBJECT),
    content_sha256: Buffer.from(mail.contentSha256, "hex"),
    authentication,
  });
}

function conclude(
  tx: Tx,
  { world }: Reading,
  inboundMail: InboundMailRow,
  findings: Parameters<typeof markRead>[3],
): void {
  const { desk_id: deskId, inbound_mail_id: inboundMailId } = inboundMail;
  markRead(tx, inboundMail, world.clock.now(), findings);
  announce(tx, deskId, { type: "inbound-mail", inboundMailId });
}

function identityOf({ read, bytes }: Apart): Identity {
  if ("unreadable" in read) return { messageId: null, contentSha256: createHash("sha256").update(bytes).digest() };
  return { messageId: read.messageId, contentSha256: Buffer.from(read.contentSha256, "hex") };
}
