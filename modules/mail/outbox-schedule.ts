import type { DeskId, Tx } from "@permanence/database";
import { type Instant, instant } from "@permanence/kernel";
import type { OutgoingMailPurpose, OutgoingMailRow, Urgency } from "./mail-tables.ts";
import { listOldMails } from "./outgoing-mail-store.ts";

// When a mail that was not taken is tried again, and when it is given up.

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const PAUSES_MS = [
  10 * SECOND_MS,
  30 * SECOND_MS,
  MINUTE_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
];
/** A notice is worth what is left of its clock: one that is due within the hour is tried again each minute. */
const LONGEST_PAUSE_MS = {
  urgent: MINUTE_MS,
  high: 5 * MINUTE_MS,
  usual: 30 * MINUTE_MS,
  low: 30 * MINUTE_MS,
} as const satisfies Record<Urgency, number>;
const GIVE_UP_AFTER_MS = {
  notice: 5 * 24 * 60 * MINUTE_MS, // RFC 5321, section 4.5.4.1: "at least 4-5 days".
  reply: 5 * 24 * 60 * MINUTE_MS,
  alert: 24 * 60 * MINUTE_MS, // The page still has it.
  probe: 60 * MINUTE_MS,
  page: 60 * MINUTE_MS, // Another has long come.
  suggestion: 5 * 24 * 60 * MINUTE_MS,
  "sign-in": 60 * MINUTE_MS, // Whoever asked for the link has long asked for another.
} as const satisfies Record<OutgoingMailPurpose, number>;

/**
 * Whether a mail is as old as one that is given up, and has waited for its turn, too: where no relay was set, or
 * nothing ran. One whose turn has come just now, by its pauses or because a person wants it, is still tried.
 */
export function isTooLate(mail: OutgoingMailRow, now: Instant): boolean {
  const isOld = now - mail.created_at >= GIVE_UP_AFTER_MS[mail.purpose];
  return isOld && now - mail.next_attempt_at! >= LONGEST_QUEUEING_MS;
}

const LONGEST_QUEUEING_MS = 60 * MINUTE_MS; // Behind other mail, once a relay is there again.

/** When a mail that was deferred now, after `attempts` others, is tried again; null once it has been tried for long enough. */
export function nextAttemptAt(
  mail: Pick<OutgoingMailRow, "attempts" | "created_at" | "purpose" | "urgency">,
  now: Instant,
): Instant | null {
  if (now - mail.created_at >= GIVE_UP_AFTER_MS[mail.purpose]) return null;
  const pauseMs = PAUSES_MS[Math.min(mail.attempts, PAUSES_MS.length - 1)]!;
  return instant(now + Math.min(pauseMs, LONGEST_PAUSE_MS[mail.urgency]));
}

/** Some of the mails that `isTooLate` is true of. */
export async function listTooLate(tx: Tx, deskId: DeskId, now: Instant): Promise<string[]> {
  const dueBefore = instant(now - LONGEST_QUEUEING_MS);
  const found = await Promise.all(
    (Object.keys(GIVE_UP_AFTER_MS) as OutgoingMailPurpose[]).map((purpose) => {
      const madeBefore = instant(now - GIVE_UP_AFTER_MS[purpose]);
      return listOldMails(tx, deskId, { purpose, madeBefore, dueBefore, limit: 100 });
    }),
  );
  return found.flat();
}
