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
import { DomainLanes } from "./domain-lanes.ts";
import type { OutgoingMailRow } from "./mail-tables.ts";
import { addSendJob, announceMail, type SendMailPayload } from "./outbox.ts";
import { findMostUrgent, requeueDue, requeueOverdue } from "./outbox-requeue.ts";
import { isTooLate, listTooLate, nextAttemptAt } from "./outbox-schedule.ts";
import { lockMails, type MailWithBytes, readMailsWithBytes, saveProgress } from "./outgoing-mail-store.ts";
import { openRelay, type Relay } from "./relay.ts";
import type { RelayAnswer } from "./relay-answer.ts";
import type { RelayTrouble } from "./relay-darkness.ts";
import type { RelayAddress, RelayLimits } from "./relay-connection.ts";

/** What the rest of the program is told about mail that leaves, in the transaction that records it. */
export type OutboxHooks = {
  /** Facts about tickets' mails were recorded: their clocks may have changed. */
  onEvidence(tx: Tx, deskId: DeskId, facts: MailEvidence[]): Promise<void>;
  /** The relay refused, for good, a mail that belongs to no ticket. */
  onRefused?(tx: Tx, mail: OutgoingMailRow, refusal: { answer: string; at: Instant }): Promise<void>;
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
  /** The task "send-mail". Running it twice for one mail sends it once. While the relay cannot be reached it does nothing. */
  sendMail(payload: SendMailPayload): Promise<void>;
  /** To be called each second or so: tries a relay that could not be reached, with the most urgent mail, when its time has
   *  come; once it is there again, every mail that is due has a job, the most urgent first. */
  tend(deskIds: DeskId[]): Promise<void>;
  /** Since when the relay cannot be reached, and why; null where it can, as far as is known, or there is none. */
  trouble(): RelayTrouble | null;
  /** Gives a job to each overdue mail of the desk that has none; of those that no relay took for too long, an end. */
  requeueForgotten(deskId: DeskId): Promise<void>;
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
  const lanes = new DomainLanes(Math.ceil(maxConnections / 2));
  const remark = remarking(options);
  const stranded: Stranded = { may: true }; // After a start nobody knows.
  const tryMail = inTurns((payload) => attempt(relay!, payload));

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
        if (answered.answer.outcome !== "unreachable") return await untilRecorded(log, answered, ways);
        stranded.may = true;
        await remark({ mail, remark: answered.answer.answer });
      } finally {
        lanes.leave(mail);
      }
    } finally {
      if (isOurs) await claims.letGo(payload.outgoingMailId);
    }
  }

  return {
    async sendMail(payload) {
      if (relay?.isDark()) stranded.may = true;
      else if (relay !== null) await tryMail(payload);
    },
    async tend(deskIds) {
      if (relay !== null && stranded.may && !relay.isDark()) await tend(options, { relay, tryMail, stranded }, deskIds);
    },
    trouble: () => relay?.trouble() ?? null,
    async requeueForgotten(deskId) {
      if (relay === null) return;
      const now = world.clock.now();
      if (!relay.hasFailed()) return await requeueOverdue(db, deskId, now);
      const tooLate = await db.transaction(deskId, (tx) => listTooLate(tx, deskId, now));
      for (const outgoingMailId of tooLate) await tryMail({ deskId, outgoingMailId });
    },
    async close() {
      isClosing = true;
      await relay?.close();
      await claims.close();
    },
  };
}

/** Whether mails may wait without a job. */
type Stranded = { may: boolean };

type Tending = { relay: Relay; tryMail(payload: SendMailPayload): Promise<void>; stranded: Stranded };

async function tend({ db, world }: OutboxOptions, { relay, tryMail, stranded }: Tending, deskIds: DeskId[]) {
  const now = world.clock.now();
  if (relay.hasFailed()) {
    const mail = await findMostUrgent(db, deskIds, now);
    if (mail !== null) await tryMail({ deskId: mail.desk_id, outgoingMailId: mail.outgoing_mail_id });
    if (relay.hasFailed()) return;
  }
  stranded.may = false;
  try {
    for (const deskId of deskIds) await requeueDue(db, deskId, now);
  } catch (error) {
    stranded.may = true;
    throw error;
  }
}

/** Of several runs for one mail each waits for the one before it. */
function inTurns(run: (payload: SendMailPayload) => Promise<void>): (payload: SendMailPayload) => Promise<void> {
  const underWay = new Map<string, Promise<void>>();
  return async (payload) => {
    const { outgoingMailId: id } = payload;
    const turn = (underWay.get(id) ?? Promise.resolve()).catch(() => {}).then(() => run(payload));
    underWay.set(id, turn);
    try {
      await turn;
    } finally {
      if (underWay.get(id) === turn) underWay.delete(id);
    }
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

type Remark = { mail: OutgoingMailRow; remark: string };

/** Says of a mail why it waits, where that is news. No attempt of its own: its turn stays. */
function remarking({ db }: OutboxOptions): Grouped<Remark, void> {
  const options = { keyOf: ({ mail }: Remark) => mail.desk_id, most: MOST_TOGETHER };
  return inGroups(options, async (deskId, remarks) => {
    const news = remarks.filter(({ mail, remark }) => mail.last_error !== remark);
    await db.transaction(deskId, async (tx) => {
      const ids = news.map(({ mail }) => mail.outgoing_mail_id);
      for (const mail of ids.length === 0 ? [] : await lockMails(tx, deskId, ids)) {
        if (mail.state !== "queued") continue;
        saveProgress(tx, mail, {
          last_error: news.find((each) => each.mail.outgoing_mail_id === mail.outgoing_mail_id)!.remark,
        });
        announceMail(tx, mail);
      }
    });
    return remarks.map(() => undefined);
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
  let said = "";
  for (let tries = 0; ;) {
    try {
      return await (tries >= TRIES_WITH_TICKET ? recordAlone : record)(answered);
    } catch (error) {
      if (isClosing()) throw error;
      const { message } = error as Error;
      if (message !== said) log(`What the relay answered cannot be recorded yet, and is tried again: ${message}`);
      said = message;
      // Each moment without a record is one in which the end of this process would send the mail twice.
      const isAway = isTemporaryFailure(error);
      if (!isAway) tries++;
      await pause(isAway ? RECORDING_PAUSE_MS : Math.min(RECORDING_PAUSE_MS * 2 ** tries, LONGEST_RECORDING_PAUSE_MS));
    }
  }
}

const RECORDING_PAUSE_MS = 200;
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
      for (const { payload, answer, at } of due) {
        const mail = mails.get(payload.outgoingMailId)!;
        if (mail.ticket_id === null && answer.outcome === "refused")
          await hooks.onRefused?.(tx, mail, { ...answer, at });
      }
    });
    return results.map(() => undefined);
  });
}

const MOST_TRIES_KEPT = 50;

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
    ...(nextAt !== null && { tries: [...mail.tries, { at, answer: answer.answer }].slice(-MOST_TRIES_KEPT) }),
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
  const envelopeId = mail.ticket_id === null && mail.purpose !== "probe" ? null : mail.return_token;
  return { from: mail.envelope_from, to: mail.to_address, bytes: mail.bytes, envelopeId };
}
