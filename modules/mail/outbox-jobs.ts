import { setTimeout as pause } from "node:timers/promises";
import {
  type Db,
  type DeskId,
  type Grouped,
  inGroups,
  isTemporaryFailure,
  type Log,
  openClaims,
  type Tx,
} from "@permanence/database";
import { type Instant, instant, type World } from "@permanence/kernel";
import { appendEvidence, type Evidence } from "./evidence-store.ts";
import type { OutgoingMailPurpose, OutgoingMailRow, Urgency } from "./mail-tables.ts";
import { addSendJob, announceMail, type SendMailPayload } from "./outbox.ts";
import {
  listOverdueMails,
  lockMails,
  type MailWithBytes,
  readMailsWithBytes,
  saveProgress,
} from "./outgoing-mail-store.ts";
import { openRelay, type Relay } from "./relay.ts";
import type { RelayAnswer } from "./relay-answer.ts";
import type { RelayAddress, RelayLimits } from "./relay-connection.ts";

/** What the rest of the program is told about mail that leaves, in the transaction that records it. */
export type OutboxHooks = {
  /** Facts about tickets' mails were recorded: their clocks may have changed. */
  onEvidence(tx: Tx, deskId: DeskId, facts: MailEvidence[]): Promise<void>;
};
export type MailEvidence = { mail: OutgoingMailRow; evidence: Evidence };

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
  const { db, world, log, maxConnections = 8, limits } = options;
  const relay = options.relay && openRelay({ address: options.relay, clock: world.clock, log, maxConnections, limits });
  const claims = openClaims(db);
  const load = loading(db);
  let isClosing = false;
  const ways: Recording = {
    record: recording(options),
    recordAlone: recording({ ...options, hooks: { onEvidence: async () => {} } }),
    isClosing: () => isClosing,
  };
  const lookAgain = lookingAgain(options);
  const lanes = new Lanes(Math.ceil(maxConnections / 2));
  const underWay = new Map<string, Promise<void>>();

  /** The mail is claimed while it is under way, so that of two runs one sends it, also in different processes. While it
   *  is queued, no run of a job ends without another that will come. */
  async function attempt(way: Relay, payload: SendMailPayload): Promise<void> {
    const isOurs = await claims.take(payload.outgoingMailId);
    try {
      const mail = await load(payload); // Only now: it holds all that its last holder recorded.
      if (mail === null || mail.state !== "queued") return;
      const now = world.clock.now();
      if (!isOurs) return await lookAgain({ mail, at: instant(now + HELD_PAUSE_MS) }); // Its holder may die.
      if (!isDue(mail, now)) return await lookAgain({ mail, at: mail.next_attempt_at! });
      if (!(await lanes.enter(mail))) return await lookAgain({ mail, at: instant(now + FULL_LANE_PAUSE_MS) });
      try {
        const answered: Answered = isTooLate(mail, now)
          ? { payload, answer: TOO_LATE, source: "outbox", at: now }
          : { payload, answer: await way.send(forRelay(mail)), source: "relay", at: world.clock.now() };
        await untilRecorded(log, answered, ways);
      } finally {
        lanes.leave(mail);
      }
    } finally {
      if (isOurs) await claims.letGo(payload.outgoingMailId);
    }
  }

  return {
    async sendMail(payload) {
      if (relay === null) return;
      const { outgoingMailId: id } = payload;
      const turn = (underWay.get(id) ?? Promise.resolve()).catch(() => {}).then(() => attempt(relay, payload));
      underWay.set(id, turn);
      try {
        await turn;
      } finally {
        if (underWay.get(id) === turn) underWay.delete(id);
      }
    },
    requeueForgotten: async (deskId) => (relay === null ? 0 : requeue(db, deskId, world.clock.now())),
    async close() {
      isClosing = true;
      await relay?.close();
      await claims.close();
    },
  };
}

const MOST_TOGETHER = 32;

function loading(db: Db): Grouped<SendMailPayload, MailWithBytes | null> {
  const options = { keyOf: ({ deskId }: SendMailPayload) => deskId, most: MOST_TOGETHER };
  return inGroups(options, async (deskId, payloads) => {
    const ids = payloads.map(({ outgoingMailId }) => outgoingMailId);
    const mails = await db.transaction(deskId, (tx) => readMailsWithBytes(tx, deskId, ids));
    return ids.map((id) => mails.find((mail) => mail.outgoing_mail_id === id) ?? null);
  });
}

/** How many mails to each domain are under way. A relay may think long about a domain that is ill: it must not hold all
 *  sessions, and all who send, with that. */
class Lanes {
  readonly #width: number;
  readonly #under = new Map<string, number>();
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(width: number) {
    this.#width = width;
  }

  /** Waits a moment for a place: a lane that moves soon has one. False where it does not move. */
  async enter(mail: OutgoingMailRow): Promise<boolean> {
    const domain = domainOf(mail);
    const under = this.#under.get(domain) ?? 0;
    if (under < this.#width) {
      this.#under.set(domain, under + 1);
      return true;
    }
    const waiting = this.#waiting.get(domain) ?? new Set();
    this.#waiting.set(domain, waiting);
    return new Promise((resolve) => {
      const settle = (isIn: boolean) => {
        clearTimeout(patience);
        waiting.delete(takePlace);
        resolve(isIn);
      };
      const takePlace = () => settle(true);
      const patience = setTimeout(() => settle(false), LANE_PATIENCE_MS);
      waiting.add(takePlace);
    });
  }

  /** Gives the place to who has waited longest for it. */
  leave(mail: OutgoingMailRow): void {
    const domain = domainOf(mail);
    const [next] = this.#waiting.get(domain) ?? [];
    if (next) return next();
    this.#waiting.delete(domain);
    const left = this.#under.get(domain)! - 1;
    if (left > 0) this.#under.set(domain, left);
    else this.#under.delete(domain);
  }
}

const LANE_PATIENCE_MS = 500;

const domainOf = ({ to_address }: OutgoingMailRow): string => to_address.slice(to_address.lastIndexOf("@") + 1);

const FULL_LANE_PAUSE_MS = 1_000;

const HELD_PAUSE_MS = 10_000;

type Look = { mail: OutgoingMailRow; at: Instant };

/** Lets a mail wait, without an attempt, and without the place of another that could go. */
function lookingAgain({ db }: OutboxOptions): Grouped<Look, void> {
  const options = { keyOf: ({ mail }: Look) => mail.desk_id, most: MOST_TOGETHER };
  return inGroups(options, async (deskId, looks) => {
    await db.transaction(deskId, (tx) => looks.forEach(({ mail, at }) => addSendJob(tx, mail, at)));
    return looks.map(() => undefined);
  });
}

function isDue({ state, next_attempt_at: at }: OutgoingMailRow, now: Instant): boolean {
  return state === "queued" && at !== null && at <= now;
}

/** What came of a mail whose turn it was. `source`: who says so. */
type Answered = { payload: SendMailPayload; answer: RelayAnswer; source: "relay" | "outbox"; at: Instant };

const TOO_LATE: RelayAnswer = { outcome: "refused", answer: "It waited too long to be worth sending." };

type Recording = { record: Grouped<Answered, void>; recordAlone: Grouped<Answered, void>; isClosing(): boolean };

/** Once the relay has answered, the answer must not be lost: whoever forgot it would send the mail again. A database that
 *  is away is waited for, the mail claimed meanwhile; where the ticket cannot take it, the mail's own record does. */
async function untilRecorded(
  log: Log,
  answered: Answered,
  { record, recordAlone, isClosing }: Recording,
): Promise<void> {
  for (let tries = 1, pauseMs = 250; ; tries++, pauseMs = Math.min(2 * pauseMs, LONGEST_RECORDING_PAUSE_MS)) {
    try {
      return await (tries > TRIES_WITH_TICKET ? recordAlone : record)(answered);
    } catch (error) {
      if (isClosing()) throw error;
      if (isTemporaryFailure(error)) tries--;
      log(`What the relay answered cannot be recorded yet, and is tried again: ${(error as Error).message}`);
      await pause(pauseMs);
    }
  }
}

const LONGEST_RECORDING_PAUSE_MS = 64_000;
const TRIES_WITH_TICKET = 3;

/** Writes down what came of mails: those that the relay answers meanwhile go into the next transaction together. */
function recording({ db, world, hooks }: Pick<OutboxOptions, "db" | "world" | "hooks">): Grouped<Answered, void> {
  const options = { keyOf: ({ payload }: Answered) => payload.deskId, most: MOST_TOGETHER };
  return inGroups(options, async (deskId, results) => {
    await db.transaction(deskId, async (tx) => {
      const ids = results.map(({ payload }) => payload.outgoingMailId);
      const mails = new Map((await lockMails(tx, deskId, ids)).map((mail) => [mail.outgoing_mail_id, mail]));
      // Not due: it is on record already, and only the answer to the commit was lost.
      const isUnrecorded = ({ payload, at }: Answered) => {
        const mail = mails.get(payload.outgoingMailId);
        return mail !== undefined && isDue(mail, at);
      };
      const due = results.filter(isUnrecorded);
      const facts = due.flatMap((answered) =>
        recordAnswer(tx, world, mails.get(answered.payload.outgoingMailId)!, answered),
      );
      await hooks.onEvidence(tx, deskId, facts);
    });
    return results.map(() => undefined);
  });
}

/** Returns what is to be known of the ticket that the mail is about. */
function recordAnswer(tx: Tx, world: World, mail: OutgoingMailRow, answered: Answered): MailEvidence[] {
  const { answer, source, at } = answered;
  const nextAt = answer.outcome === "deferred" ? nextAttemptAt(mail, at) : null;
  const isTaken = answer.outcome === "taken";
  saveProgress(tx, mail, {
    attempts: source === "relay" ? mail.attempts + 1 : mail.attempts,
    state: isTaken ? "sent" : nextAt === null ? "failed" : "queued",
    next_attempt_at: nextAt,
    last_error: isTaken ? null : answer.answer,
    sent_at: isTaken ? at : null,
  });
  announceMail(tx, mail);
  if (nextAt !== null) {
    addSendJob(tx, mail, nextAt);
    return [];
  }
  return mail.ticket_id === null ? [] : [{ mail, evidence: appendAnswer(tx, world, mail, mail.ticket_id, answered) }];
}

function appendAnswer(tx: Tx, world: World, mail: OutgoingMailRow, ticketId: string, answered: Answered): Evidence {
  const { answer, source, at } = answered;
  const evidence: Evidence = {
    ticketId,
    outgoingMailId: mail.outgoing_mail_id,
    rung: answer.outcome === "taken" ? "handed-over" : "failed",
    at,
    datedAt: null,
    source,
    detail: answer.answer,
  };
  appendEvidence(tx, world, mail.desk_id, evidence);
  return evidence;
}

function forRelay(mail: MailWithBytes) {
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
  mail: Pick<OutgoingMailRow, "attempts" | "created_at" | "purpose" | "urgency">,
  now: Instant,
): Instant | null {
  if (now - mail.created_at >= GIVE_UP_AFTER_MS[mail.purpose]) return null;
  const pauseMs = PAUSES_MS[Math.min(mail.attempts, PAUSES_MS.length - 1)]!;
  return instant(now + Math.min(pauseMs, LONGEST_PAUSE_MS[mail.urgency]));
}

const OVERDUE_MS = MINUTE_MS; // A job that exists runs within seconds, or waits behind others and is merely moved.
const MOST_AT_ONCE = 1_000;

async function requeue(db: Db, deskId: DeskId, now: Instant): Promise<number> {
  return db.transaction(deskId, async (tx) => {
    const overdue = await listOverdueMails(tx, deskId, instant(now - OVERDUE_MS), MOST_AT_ONCE);
    for (const mail of overdue) addSendJob(tx, mail, mail.next_attempt_at!); // Each keeps its place in the line.
    return overdue.length;
  });
}
