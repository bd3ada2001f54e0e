import type { Log } from "@permanence/database";
import type { Clock } from "@permanence/kernel";
import { type RelayAnswer, readFailure } from "./relay-answer.ts";
import {
  type MailForRelay,
  RELAY_LIMITS,
  type RelayAddress,
  RelayConnection,
  type RelayLimits,
} from "./relay-connection.ts";

/** The way out. */
export type Relay = {
  /** Never throws: trouble on the way is an answer. */
  send(mail: MailForRelay): Promise<RelayAnswer>;
  /** Waits for what is being sent, then says goodbye. */
  close(): Promise<void>;
};

export type RelayOptions = {
  address: RelayAddress;
  clock: Clock;
  log: Log;
  /** Sessions at a time: how many mails are on their way at once. */
  maxConnections?: number | undefined;
  limits?: RelayLimits | undefined;
};

/** After a connection failed, others are not tried for so long: a relay that hangs would hold every sender. */
const AFTER_FAILURE_MS = 3_000;

/** Opens no connection before there is a mail. Sessions are kept for the next mail while mail keeps coming. */
export function openRelay({ address, clock, log, maxConnections = 8, limits = RELAY_LIMITS }: RelayOptions): Relay {
  const idle: RelayConnection[] = [];
  const waiting: (() => void)[] = [];
  let busy = 0;
  let failure: { answer: RelayAnswer; untilMs: number } | null = null;

  return { send, close };

  async function send(mail: MailForRelay): Promise<RelayAnswer> {
    if (busy >= maxConnections) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy++;
    try {
      return await sendOnAnySession(mail);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy--;
    }
  }

  async function sendOnAnySession(mail: MailForRelay): Promise<RelayAnswer> {
    for (;;) {
      const known = idle.pop(); // The one used last: those not needed grow old and go.
      if (known && !known.isOpen) continue;
      const session = known ?? (await connect());
      if (!(session instanceof RelayConnection)) return session;
      const answer = await session.send(mail);
      if (answer === "not-begun") continue;
      if (await session.rest(answer.outcome !== "taken")) idle.push(session);
      return answer;
    }
  }

  async function connect(): Promise<RelayConnection | RelayAnswer> {
    if (failure && clock.monotonicMs() < failure.untilMs) return failure.answer;
    try {
      const session = await RelayConnection.open(address, limits);
      if (failure) log(`The relay ${address.host}:${address.port} takes mail again.`);
      failure = null;
      return session;
    } catch (error) {
      const answer = { ...readFailure(error as Error), outcome: "deferred" as const };
      if (!failure)
        log(
          `The relay ${address.host}:${address.port} cannot be used: ${answer.answer}. Mail waits in the outbox and is tried again.`,
        );
      failure = { answer, untilMs: clock.monotonicMs() + AFTER_FAILURE_MS };
      return answer;
    }
  }

  async function close(): Promise<void> {
    while (busy > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const session of idle.splice(0)) session.quit();
  }
}
