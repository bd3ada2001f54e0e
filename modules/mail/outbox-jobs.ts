import { setTimeout as pause } from "node:timers/promises";
import { announce, type Db, type DeskId, later, type Log, type Tx } from "@permanence/database";
import { type Instant, instant, type World } from "@permanence/kernel";
import { appendEvidence, type Evidence } from "./evidence-store.ts";
import type { OutgoingMailPurpose, OutgoingMailRow } from "./mail-tables.ts";
import { addSendJob, type SendMailPayload } from "./outbox.ts";
import { listOverdueMails, lockFreeMail, lockMail, type LockedMail, saveProgress } from "./outgoing-mail-store.ts";
import { openRelay, type Relay } from "./relay.ts";
import type { RelayAnswer } from "./relay-answer.ts";
import type { RelayAddress, RelayLimits } from "./relay-connection.ts";

/** What the rest of the program is told about mail that leaves, in the transaction that records it. */
export type OutboxHooks = {
  /** A fact about a ticket's mail was recorded: its clock may have changed. */
  onEvidence(tx: Tx, deskId: DeskId, mail: OutgoingMailRow, evidence: Evidence): Promise<void>;
};

export type OutboxOptions = {
  db: Db;
  world: World;
  /** Null: mail stays in the mailroom, queued, and no attempt is made. */
  relay: RelayAddress | null;
  hooks: OutboxHooks;
  log: Log;
  /** Sessions with the relay at a time; 8 where it is missing. */
  maxConnections?: number;
  limits?: RelayLimits;
};

export type Outbox = {
  /** The task "send-mail". Running it twice for one mail sends it once. */
  sendMail(payload: SendMailPayload): Promise<void>;
  /** Gives a job to each overdue mail of the desk that has none. Returns how many were overdue. */
  requeueForgotten(deskId: DeskId): Promise<number>;
  /** Waits for what is being sent, and ends the sessions with the relay. */
  close(): Promise<void>;
};

export function openOutbox(options: OutboxOptions): Outbox {
  const { db, world, log, maxConnections, limits } = options;
  const relay = options.relay && openRelay({ address: options.relay, clock: world.clock, log, maxConnections, limits });
  const underWay = new Set<string>();
  return {
    async sendMail(payload) {
      if (relay === null || underWay.has(payload.outgoingMailId)) return;
      underWay.add(payload.outgoingMailId);
      try {
        await attempt(options, relay, payload);
      } finally {
        underWay.delete(payload.outgoingMailId);
      }
    },
    requeueForgotten: async (deskId) => (relay === null ? 0 : requeue(db, deskId, world.clock.now())),
    close: async () => relay?.close(),
  };
}

/** The mail is locked while it is under way, so that of two runs one sends it. */
async function attempt(options: OutboxOptions, relay: Relay, payload: SendMailPayload): Promise<void> {
  const { db, world, log } = options;
  const { deskId, outgoingMailId } = payload;
  let result: Answered | null = null;
  await untilRecorded(log, {
    run: () =>
      db.transaction(deskId, async (tx) => {
        // With an answer in hand it waits for the lock, should its own lost one linger.
        const mail = await (result ? lockMail : lockFreeMail)(tx, deskId, outgoingMailId);
        if (mail === null || !isDue(mail, result?.at ?? world.clock.now())) return;
        // Kept outside: when the transaction must run again, what the relay took is not sent again.
        result ??= isTooLate(mail, world.clock.now())
          ? { answer: TOO_LATE, source: "outbox", at: world.clock.now() }
          : { answer: await relay.send(forRelay(mail)), source: "relay", at: world.clock.now() };
        await record(options, tx, payload, mail, result);
      }),
    hasAnswer: () => result !== null,
  });
}

function isDue({ state, next_attempt_at: at }: OutgoingMailRow, now: Instant): boolean {
  return state === "queued" && at !== null && at <= now;
}

/** What came of a mail whose turn it was. `source`: who says so. */
type Answered = { answer: RelayAnswer; source: "relay" | "outbox"; at: Instant };

const TOO_LATE: RelayAnswer = { outcome: "refused", answer: "It waited too long to be worth sending." };

/** Once the relay has answered, the answer must not be lost to a database that is away for a moment. */
async function untilRecorded(log: Log, { run, hasAnswer }: { run(): Promise<void>; hasAnswer(): boolean }) {
  for (let pauseMs = 250; ; pauseMs *= 2) {
    try {
      return await run();
    } catch (error) {
      if (!hasAnswer() || pauseMs > LONGEST_RECORDING_PAUSE_MS) throw error;
      log(`What the relay answered cannot be recorded yet, and is tried again: ${(error as Error).message}`);
      await pause(pauseMs);
    }
  }
}

const LONGEST_RECORDING_PAUSE_MS = 64_000; // Two minutes in all.

async function record(
  options: OutboxOptions,
  tx: Tx,
  payload: SendMailPayload,
  mail: OutgoingMailRow,
  answered: Answered,
): Promise<void> {
  const { answer, source, at } = answered;
  const { deskId, outgoingMailId } = payload;
  const nextAt = answer.outcome === "deferred" ? nextAttemptAt(mail, at) : null;
  const isTaken = answer.outcome === "taken";
  const saved = saveProgress(tx, deskId, outgoingMailId, {
    attempts: source === "relay" ? mail.attempts + 1 : mail.attempts,
    state: isTaken ? "sent" : nextAt === null ? "failed" : "queued",
    next_attempt_at: nextAt,
    last_error: isTaken ? null : answer.answer,
    sent_at: isTaken ? at : null,
  });
  later(tx, saved);
  if (nextAt === null) await recordEvidence(options, tx, mail, answered);
  else await addSendJob(tx, payload, nextAt);
  announce(tx, deskId, {
    type: "outgoing-mail",
    outgoingMailId,
    ...(mail.ticket_id && { ticketId: mail.ticket_id }),
  });
}

async function recordEvidence(
  { world, hooks }: OutboxOptions,
  tx: Tx,
  mail: OutgoingMailRow,
  { answer, source, at }: Answered,
): Promise<void> {
  if (mail.ticket_id === null) return;
  const isTaken = answer.outcome === "taken";
  const evidence: Evidence = {
    ticketId: mail.ticket_id,
    outgoingMailId: mail.outgoing_mail_id,
    rung: isTaken ? "handed-over" : "failed",
    at,
    datedAt: null,
    source,
    detail: answer.answer,
  };
  appendEvidence(tx, world, mail.desk_id, evidence);
  await hooks.onEvidence(tx, mail.desk_id, mail, evidence);
}

function forRelay(mail: LockedMail) {
  const envelopeId = mail.ticket_id === null ? null : mail.return_token;
  return { from: mail.envelope_from, to: mail.to_address, bytes: mail.bytes, envelopeId };
}

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
const GIVE_UP_AFTER_MS = {
  notice: 5 * 24 * 60 * MINUTE_MS, // RFC 5321, section 4.5.4.1: "at least 4-5 days".
  reply: 5 * 24 * 60 * MINUTE_MS,
  "sign-in": 60 * MINUTE_MS, // Whoever asked for the link has long asked for another.
} as const satisfies Record<OutgoingMailPurpose, number>;

/**
 * Whether a mail is as old as one that is given up, and has waited for its turn, too: where no relay was set, or
 * nothing ran. One whose turn has come just now, by its pauses or because a person wants it, is still tried.
 */
function isTooLate(mail: OutgoingMailRow, now: Instant): boolean {
  const isOld = now - mail.created_at >= GIVE_UP_AFTER_MS[mail.purpose];
  return isOld && now - mail.next_attempt_at! >= LONGEST_QUEUEING_MS;
}

const LONGEST_QUEUEING_MS = 60 * MINUTE_MS; // Behind other mail, once a relay is there again.

/** When a mail that was deferred now, after `attempts` others, is tried again; null once it has been tried for long enough. */
export function nextAttemptAt(
  mail: Pick<OutgoingMailRow, "attempts" | "created_at" | "purpose">,
  now: Instant,
): Instant | null {
  if (now - mail.created_at >= GIVE_UP_AFTER_MS[mail.purpose]) return null;
  return instant(now + PAUSES_MS[Math.min(mail.attempts, PAUSES_MS.length - 1)]!);
}

const OVERDUE_MS = MINUTE_MS; // A job that exists runs within seconds, or waits behind others and is merely moved.
const MOST_AT_ONCE = 1_000;

async function requeue(db: Db, deskId: DeskId, now: Instant): Promise<number> {
  return db.transaction(deskId, async (tx) => {
    const overdue = await listOverdueMails(tx, deskId, instant(now - OVERDUE_MS), MOST_AT_ONCE);
    for (const outgoingMailId of overdue) await addSendJob(tx, { deskId, outgoingMailId }, now);
    return overdue.length;
  });
}
