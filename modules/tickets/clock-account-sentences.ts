import type { Instant } from "@permanence/kernel";
import type { ClockAccount, NoticeFact } from "./clock-account.ts";
import { type AccountWords, accountWords } from "./clock-account-words.ts";

/** Who reads it: the desk's time zone, and one of its languages. */
export type AccountReader = { timeZone: string; language: string };

/** The mail that made the ticket; null where an agent opened it. `remoteIp` is null for mail fetched by IMAP. */
export type TicketOrigin = { messageId: string; mailbox: string; remoteIp: string | null } | null;

type Telling = {
  words: AccountWords;
  full(at: Instant): string;
  short(at: Instant): string;
  time(ms: number): string;
  now: Instant;
};

/** A clock in sentences, in the order in which things happened: start, promise, what counted, what stopped it. */
export function tellClock(account: ClockAccount, now: Instant, reader: AccountReader, origin?: TicketOrigin): string[] {
  const telling = tellingFor(reader, now);
  return [
    ...startOf(account, telling, origin),
    ...promiseOf(account, telling),
    ...countedOf(account, telling),
    ...(account.target === "response" ? noticeOf(account, telling) : []),
    ...endOf(account, telling),
  ];
}

/** What the clock is called, and when this account of it was given. */
export function accountTitle({ target }: Pick<ClockAccount, "target">, { language }: AccountReader): string {
  return accountWords(language).target[target];
}

export function accountDate(now: Instant, reader: AccountReader): string {
  const { words, full } = tellingFor(reader, now);
  return words.asOf(full(now), reader.timeZone);
}

function startOf({ target, state }: ClockAccount, { words, full }: Telling, origin?: TicketOrigin): string[] {
  const at = full(state.startedAt);
  if (target === "next-reply") return [words.startedByMessage(at)];
  return [words.startedByReceipt(at), ...(origin === undefined ? [] : [receiptShownBy(origin, words)])];
}

function receiptShownBy(origin: TicketOrigin, words: AccountWords): string {
  if (origin === null) return words.openedByAgent;
  const { messageId, mailbox, remoteIp } = origin;
  return remoteIp === null ? words.takenByImap(messageId, mailbox) : words.takenBySmtp(messageId, mailbox, remoteIp);
}

function promiseOf(account: ClockAccount, { words, full, time }: Telling): string[] {
  const { policy, priority, targetMs, calendar, calendarName, priorities } = account;
  const named = policy === null ? null : words.policy(policy.name, policy.version);
  const calendarWords =
    calendar === "always"
      ? words.aroundTheClock
      : words.byCalendar(
          calendarName === null ? words.calendar : words.version(calendarName.name, calendarName.version),
          calendar.timeZone,
        );
  const changes = priorities.map(({ at, from, to }) =>
    words.priorityChanged(full(at), words.priority[from], words.priority[to]),
  );
  return [
    ...changes,
    ...(changes.length === 0 ? [] : [words.judgedBy(words.priority[priority])]),
    words.promised(words.priority[priority], time(targetMs), named),
    calendarWords,
  ];
}

const MOST_TOLD = 40;

function countedOf({ counted, stood, state, targetMs }: ClockAccount, { words, short, full, time }: Telling): string[] {
  const stretches = counted.slice(0, MOST_TOLD);
  const left = counted.length - stretches.length;
  const stillStands = stood.find(({ until }) => until === null);
  return [
    ...stretches.map(({ opensAt, closesAt }) =>
      words.counted(short(opensAt), short(closesAt), time(closesAt - opensAt)),
    ),
    ...(left === 0 ? [] : [words.countedMore(left)]),
    ...stood.flatMap(({ from, until, state: in_ }) =>
      until === null ? [] : [words.stoodStill(short(from), short(until), words.state[in_] ?? in_)],
    ),
    ...(stillStands === undefined
      ? []
      : [words.standsStill(full(stillStands.from), words.state[stillStands.state] ?? stillStands.state)]),
    state.dueAt >= NEVER ? words.never : words.due(full(state.dueAt), time(targetMs)),
  ];
}

export const NEVER = Date.UTC(9999, 0, 1);

function noticeOf({ attempts, facts }: ClockAccount, { words, full }: Telling): string[] {
  if (facts.length === 0) return [words.noNotice];
  const source = (fact: NoticeFact) => words.source[fact.source] ?? fact.source;
  return facts.flatMap((fact) => {
    const attempt = fact.attempt === null ? undefined : attempts[fact.attempt - 1];
    if (fact.rung === "handed-over" && attempt !== undefined)
      return [
        words.handedOver(full(fact.at), fact.attempt!, attempt.to ?? ""),
        words.demands(attempt.demands, full(attempt.waitingEndsAt)),
      ];
    const dated = fact.datedAt === null ? null : full(fact.datedAt);
    const told = words.fact(fact, full(fact.at), dated, source(fact));
    return fact.moves ? [told] : [told, words.notMoved];
  });
}

function endOf({ state, stoppedBy, attempts }: ClockAccount, { words, full, time, now }: Telling): string[] {
  const { outcome, stoppedAt, dueAt, receipt, cause, pausedAt } = state;
  const sentences: string[] = [];
  if (stoppedAt !== null) {
    if (receipt !== null) sentences.push(words.receipt(receipt, full(stoppedAt)));
    else sentences.push(stoppedBy === "reply" ? words.replied(full(stoppedAt)) : words.closed(full(stoppedAt)));
    if (outcome !== "void")
      sentences.push(stoppedAt <= dueAt ? words.metBy(time(dueAt - stoppedAt)) : words.lateBy(time(stoppedAt - dueAt)));
  } else if (outcome === "pending") {
    const waiting = attempts.filter(({ failed, waitingEndsAt }) => !failed && waitingEndsAt > now);
    const until = Math.max(now, ...waiting.map(({ waitingEndsAt }) => waitingEndsAt)) as Instant;
    sentences.push(words.pending(full(until)));
  } else if (outcome === "breached") sentences.push(words.breached(time(now - dueAt)));
  else if (outcome === "running" && pausedAt === null && dueAt < NEVER)
    sentences.push(words.running(time(dueAt - now)));
  if (cause === "raised") sentences.push(words.raised);
  if (outcome === "void") sentences.push(words.void);
  return sentences;
}

function tellingFor({ timeZone, language }: AccountReader, now: Instant): Telling {
  const words = accountWords(language);
  const { full, short } = formatsFor(timeZone, language);
  return { words, full, short, now, time: (ms) => durationWords(ms, words.hours) };
}

/** Exact: "4 h", "8 h 59 min 59 s 750 ms". */
export function durationWords(ms: number, hours: string): string {
  const parts = [
    [Math.floor(ms / 3_600_000), hours],
    [Math.floor(ms / 60_000) % 60, "min"],
    [Math.floor(ms / 1_000) % 60, "s"],
    [ms % 1_000, "ms"],
  ] as const;
  const told = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount}\u00a0${unit}`);
  return told.length === 0 ? "0\u00a0s" : told.join("\u00a0");
}

type Formats = Pick<Telling, "full" | "short">;

const formatsByPlace = new Map<string, Formats>();

/** To the millisecond where there are any; the short one leaves seconds out where there are none. */
function formatsFor(timeZone: string, language: string): Formats {
  const key = `${language} ${timeZone}`;
  const known = formatsByPlace.get(key);
  if (known) return known;
  const make = (parts: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language === "en" ? "en-GB" : `${language}-BE`, { timeZone, ...parts });
  const day = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const;
  const shortDay = { weekday: "short", day: "numeric", month: "short" } as const;
  const minutes = { hour: "2-digit", minute: "2-digit" } as const;
  const seconds = { ...minutes, second: "2-digit" } as const;
  const exact = { ...seconds, fractionalSecondDigits: 3 } as const;
  const [days, shortDays] = [make(day), make(shortDay)];
  const [ofMinutes, ofSeconds, ofMs] = [make(minutes), make(seconds), make(exact)];
  const clockTime = (at: Instant, whole: Intl.DateTimeFormat) => (at % 1_000 === 0 ? whole : ofMs).format(at);
  const made: Formats = {
    full: (at) => `${days.format(at)}, ${clockTime(at, ofSeconds)}`,
    short: (at) => `${shortDays.format(at)} ${clockTime(at, at % 60_000 === 0 ? ofMinutes : ofSeconds)}`,
  };
  formatsByPlace.set(key, made);
  return made;
}
