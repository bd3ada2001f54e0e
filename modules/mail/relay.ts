import type { Log } from "@permanence/database";
import type { Clock } from "@permanence/kernel";
import { type RelayAnswer, readFailure } from "./relay-answer.ts";
import { RelayDarkness, type RelayTrouble } from "./relay-darkness.ts";
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
  /** Whether it could not be reached when it was last tried, by whatever mail. */
  hasFailed(): boolean;
  /** Since when it cannot be reached, and why; null where it could be when it was last tried. */
  trouble(): RelayTrouble | null;
  /** Whether it has failed and is not to be tried yet: whatever is sent now is answered without a try. */
  isDark(): boolean;
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

/** Opens no connection before there is a mail. Sessions are kept for the next mail while mail keeps coming. */
export function openRelay({ address, clock, log, maxConnections = 8, limits = RELAY_LIMITS }: RelayOptions): Relay {
  const idle: RelayConnection[] = [];
  const waiting: (() => void)[] = [];
  let busy = 0;
  let sessions: RelayConnection[] = [];
  const darkness = new RelayDarkness(clock);

  return {
    ...{ send, close, hasFailed: () => darkness.trouble() !== null, trouble: () => darkness.trouble() },
    // While a session is open, the relay is there, and only takes no more of them.
    isDark: () => darkness.isWaiting() && !hasSession(),
  };

  function hasSession(): boolean {
    sessions = sessions.filter(({ isOpen }) => isOpen);
    return sessions.length > 0;
  }

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
    const known = darkness.beginTry();
    if (known !== null) return known;
    const place = `The relay ${address.host}:${address.port}`;
    try {
      const session = await RelayConnection.open(address, limits);
      sessions.push(session);
      if (darkness.end()) log(`${place} takes mail again.`);
      return session;
    } catch (error) {
      const outcome = hasSession() ? ("deferred" as const) : ("unreachable" as const);
      const answer = { ...readFailure(error as Error), outcome };
      const isNew = darkness.trouble() === null;
      if (isNew) log(`${place} cannot be used: ${answer.answer}. Mail waits in the outbox and is tried again.`);
      darkness.failed(answer);
      return answer;
    }
  }

  async function close(): Promise<void> {
    while (busy > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const session of idle.splice(0)) session.quit();
  }
}
