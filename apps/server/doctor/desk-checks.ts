import { type Db, type DeskId, findDesks } from "@permanence/database";
import { type Instant, systemClock } from "@permanence/kernel";
import { readBacklog, type Waiting } from "@permanence/mail";
import { deskOf } from "@permanence/people";
import { chooseDesk } from "../chosen-desk.ts";
import { count, duration, fail, type Finding, ok, warn } from "./finding.ts";

/** What is asked about the desks. */
export type DeskQuestion = {
  /** The slug of the one that is meant; null for all. */
  slug: string | null;
  /** Whether mail leaves, or stays in the mailroom. */
  sends: boolean;
};

/** Each desk's mailboxes, and the mail that waits there. Refuses a desk that does not exist. */
export async function checkDesks(db: Db, { slug, sends }: DeskQuestion): Promise<Finding[]> {
  const deskIds = slug === null ? await findDesks(db) : [await chooseDesk(db, slug)];
  if (deskIds.length === 0) {
    return [fail("desks", "There is no desk yet.", "Make one: permanence desk apply examples/whise")];
  }
  const findings = [ok("desks", `${count(deskIds.length, "desk")}.`)];
  for (const deskId of deskIds) findings.push(...(await checkDesk(db, deskId, sends)));
  return findings;
}

async function checkDesk(db: Db, deskId: DeskId, sends: boolean): Promise<Finding[]> {
  const { slug } = await deskOf(db, deskId);
  const now = systemClock.now();
  const backlog = await db.transaction(deskId, (tx) => readBacklog(tx, deskId, now));
  return [
    await checkMailboxes(db, deskId, slug),
    checkIncoming(slug, backlog.unread, now),
    ...(sends ? checkOutgoing(slug, backlog, now) : [checkMailroom(slug, backlog.due)]),
  ];
}

async function checkMailboxes(db: Db, deskId: DeskId, slug: string): Promise<Finding> {
  const rows = await db.directory
    .selectFrom("directory")
    .select("key")
    .where("kind", "=", "mailbox")
    .where("desk_id", "=", deskId)
    .orderBy("key")
    .execute();
  if (rows.length > 0) return ok("mailboxes", `${slug} takes mail at ${rows.map(({ key }) => key).join(", ")}.`);
  return fail(
    "mailboxes",
    `${slug} takes no mail: it has no mailbox.`,
    "Name one in its desk.yaml, and apply it again.",
  );
}

const LATE_MS = 60_000;
const FAR_TOO_LATE_MS = 600_000;

function checkIncoming(slug: string, { count: unread, since }: Waiting, now: Instant): Finding {
  if (since === null) return ok("incoming", `${slug} has read all mail that came in.`);
  const lateMs = now - since;
  const sentence = `${slug} has ${count(unread, "mail")} unread, the oldest since ${duration(lateMs)}.`;
  return judge("incoming", sentence, lateMs, "See whether a process with the role jobs runs, and what it writes.");
}

type Outgoing = { due: Waiting; refused: Waiting & { lastError: string | null } };

function checkOutgoing(slug: string, { due, refused }: Outgoing, now: Instant): Finding[] {
  const findings: Finding[] = [];
  if (due.since !== null) {
    const lateMs = now - due.since;
    const sentence = `${slug} has ${count(due.count, "mail")} to send, the oldest due since ${duration(lateMs)}.`;
    const advice = "See whether a process with the role jobs runs, what it writes, and how the relay is.";
    findings.push(judge("outgoing", sentence, lateMs, advice));
  }
  if (refused.since !== null) {
    const said = refused.lastError === null ? "" : ` The relay said of it: ${refused.lastError}`;
    const sentence = `${slug} tried ${count(refused.count, "mail")} in vain, the oldest of ${duration(now - refused.since)} ago.${said}`;
    findings.push(warn("outgoing", sentence, "Mend what the relay says; the mail is tried again by itself."));
  }
  return findings.length > 0 ? findings : [ok("outgoing", `${slug} has sent all mail that is due.`)];
}

function judge(check: "incoming" | "outgoing", sentence: string, lateMs: number, advice: string): Finding {
  if (lateMs < LATE_MS) return ok(check, sentence);
  return lateMs < FAR_TOO_LATE_MS ? warn(check, sentence, advice) : fail(check, sentence, advice);
}

function checkMailroom(slug: string, { count: waiting }: Waiting): Finding {
  return ok("outgoing", `${slug} has ${count(waiting, "mail")} in the mailroom.`);
}
