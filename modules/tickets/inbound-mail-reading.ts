import { announce, type Db, type DeskId, isTemporaryFailure, later, type Tx } from "@permanence/database";
import { assert, type Instant, instant, type World } from "@permanence/kernel";
import {
  type InboundMailFindings,
  type InboundMailRow,
  lockInboundMail,
  type MailReader,
  markRead,
  type ReadMail,
  type ReadMailPayload,
} from "@permanence/mail";
import { type Desk, deskOf } from "@permanence/people";
import { sql } from "kysely";
import { fileMail } from "./mail-filing.ts";

/** What reading inbound mail needs. `caps`: whether notices are spaced per address and hour. */
export type Reading = { db: Db; world: World; reader: MailReader; caps: boolean };

/** What a mail was found to be. The row keeps it. */
export type Verdict = {
  kind: NonNullable<InboundMailRow["kind"]>;
  reason: string | null;
  ticketId: string | null;
  duplicateOf: string | null;
  warnings: string[];
};

/**
 * Reads one inbound mail to its end: exactly one kind, and a ticket where it is from a person. The bytes are
 * read apart, outside of any transaction; everything that follows from them is one transaction. A second run
 * finds the mail read and does nothing.
 */
export async function readInboundMail(reading: Reading, { deskId, inboundMailId }: ReadMailPayload): Promise<void> {
  const { db, reader } = reading;
  const raw = await db.transaction(deskId, (tx) => rawOfUnread(tx, deskId, inboundMailId));
  if (raw === null) return;
  const desk = await deskOf(db, deskId);
  const { languages } = desk.settings;
  const choice = { languages, prior: [languages[0]!], envelopeFrom: raw.envelope_from };
  const read = await reader.read(raw.bytes, choice);
  const identity = "unreadable" in read ? { messageId: null, contentSha256: raw.sha256 } : identityOf(read);
  await orQuarantine(reading, { deskId, inboundMailId }, async (tx) => {
    const [inboundMail, others] = await Promise.all([
      lockInboundMail(tx, deskId, inboundMailId),
      findAlike(tx, deskId, identity, reading.world.clock.now()),
    ]);
    assert(inboundMail !== null, "inbound mail is never deleted while it is read");
    if (inboundMail.read_at !== null) return;
    if ("unreadable" in read) quarantine(tx, reading, { inboundMail, others }, read.unreadable);
    else await file(tx, reading, desk, { inboundMail, others, mail: read });
  });
}

/** Runs the filing; what cannot be filed, today or tomorrow, waits in quarantine, where agents see it. */
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
      const inboundMail = await lockInboundMail(tx, deskId, inboundMailId);
      if (inboundMail === null || inboundMail.read_at !== null) return;
      conclude(tx, reading, inboundMail, {
        kind: "quarantined",
        reason: `It could not be filed: ${(error as Error).message}`,
      });
    });
  }
}

async function rawOfUnread(tx: Tx, deskId: DeskId, inboundMailId: string) {
  const row = await tx
    .selectFrom("inbound_mail as m")
    .innerJoin("blob as b", (join) => join.onRef("b.desk_id", "=", "m.desk_id").onRef("b.sha256", "=", "m.sha256"))
    .select(["b.bytes", "m.envelope_from", "m.sha256", "m.read_at"]) // Not `where read_at is null`: that leads through all unread.
    .where("m.desk_id", "=", deskId)
    .where("m.inbound_mail_id", "=", inboundMailId)
    .executeTakeFirst();
  return row === undefined || row.read_at !== null ? null : row;
}

function quarantine(
  tx: Tx,
  reading: Reading,
  { inboundMail, others }: Pick<Filing, "inboundMail" | "others">,
  reason: string,
): void {
  const twin = others.find((other) => other.content_sha256?.equals(inboundMail.sha256));
  const content_sha256 = inboundMail.sha256; // Nobody could tell its trace headers from the rest.
  if (twin)
    conclude(tx, reading, inboundMail, {
      kind: "duplicate",
      reason: TWIN,
      duplicate_of: twin.inbound_mail_id,
      content_sha256,
    });
  else conclude(tx, reading, inboundMail, { kind: "quarantined", reason, content_sha256 });
}

/** A readable mail, and those that had come under its Message-ID. */
type Filing = { inboundMail: InboundMailRow; others: EarlierMail[]; mail: ReadMail };

async function file(tx: Tx, reading: Reading, desk: Desk, { inboundMail, others, mail }: Filing): Promise<void> {
  const verdict = findTwin(others, mail) ?? (await fileMail(tx, reading, desk, inboundMail, mail));
  conclude(tx, reading, inboundMail, {
    kind: verdict.kind,
    reason: verdict.reason,
    ticket_id: verdict.ticketId,
    duplicate_of: verdict.duplicateOf,
    warnings: [...mail.warnings, ...verdict.warnings],
    message_id: mail.messageId,
    from_address: mail.from?.address ?? null,
    from_name: mail.from?.name ?? null,
    subject: mail.subject,
    content_sha256: Buffer.from(mail.contentSha256, "hex"),
  });
}

function conclude(tx: Tx, { world }: Reading, inboundMail: InboundMailRow, findings: InboundMailFindings): void {
  const { desk_id: deskId, inbound_mail_id: inboundMailId } = inboundMail;
  later(tx, markRead(tx, deskId, inboundMailId, world.clock.now(), findings));
  announce(tx, deskId, { type: "inbound-mail", inboundMailId });
}

type EarlierMail = Pick<InboundMailRow, "inbound_mail_id" | "content_sha256" | "ticket_id">;

const HOUR_MS = 3_600_000;

/** Without a Message-ID only its contents tell a mail: the same ones within this time are one mail that a sender,
 *  who did not hear our answer, sent again. */
const SENT_AGAIN_WITHIN_MS = 24 * HOUR_MS;

const TWIN = "The same mail had come already.";

type Identity = { messageId: string | null; contentSha256: Buffer };

function identityOf({ messageId, contentSha256 }: ReadMail): Identity {
  return { messageId, contentSha256: Buffer.from(contentSha256, "hex") };
}

/** What has been read under this Message-ID (its twin first), or with these contents where it has none. Two may be
 *  read at the same time: the second waits, and sees the first. */
function findAlike(
  tx: Tx,
  deskId: DeskId,
  { messageId, contentSha256 }: Identity,
  now: Instant,
): Promise<EarlierMail[]> {
  const key = `${deskId}:${messageId ?? contentSha256.toString("hex")}`;
  later(tx, sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx));
  const read = tx
    .selectFrom("inbound_mail")
    .select(["inbound_mail_id", "content_sha256", "ticket_id"])
    .where("desk_id", "=", deskId)
    .where("kind", "<>", "duplicate");
  const alike =
    messageId === null
      ? read
          .where("message_id", "is", null)
          .where("content_sha256", "=", contentSha256)
          .where("received_at", ">", instant(now - SENT_AGAIN_WITHIN_MS))
      : read.where("message_id", "=", messageId).orderBy(sql`content_sha256 = ${contentSha256}`, "desc");
  return alike.orderBy("received_at").limit(2).execute();
}

/** The same mail by two ways (two mailboxes, a list and directly, a relay that tried again) is one. */
function findTwin(others: EarlierMail[], mail: ReadMail): Verdict | null {
  const { contentSha256 } = identityOf(mail);
  const twin = others.find((other) => other.content_sha256?.equals(contentSha256));
  if (!twin) {
    if (others.length > 0) mail.warnings.push("Another mail with other contents came under the same Message-ID.");
    return null;
  }
  const { inbound_mail_id: duplicateOf, ticket_id: ticketId } = twin;
  return { kind: "duplicate", reason: TWIN, ticketId, duplicateOf, warnings: [] };
}
