import type { Instant } from "@permanence/kernel";
import { type ClockAccount, accountsOf } from "./clock-account.ts";
import { durationWords, NEVER } from "./clock-account-sentences.ts";
import type { ClockEvent } from "./clock-events.ts";
import { type CustomerClockWords, customerClockWords } from "./customer-clock-words.ts";
import { laterMomentWords, momentWords, promiseWords, workingWords } from "./notice-words.ts";
import type { Opening } from "./public-desk.ts";
import type { TicketRow } from "./ticket-tables.ts";

export type CustomerClocks = {
  /** When the customer received the notice; null while that is not known, or nothing was promised. */
  notifiedAt: Instant | null;
  /** When the notice is due; null where nothing was promised. */
  dueAt: Instant | null;
  sentences: string[];
};

type Place = { timeZone: string; language: string };
type Told = Pick<TicketRow, "received_at" | "priority" | "source" | "state">;

/**
 * What a customer is told of their ticket's clocks: from the same fold as what agents see, of the targets that the desk
 * publishes, and of no other. Pure.
 * @param opening when somebody works on it
 */
export function customerClocks(
  ticket: Told,
  events: readonly ClockEvent[],
  { now, place, opening }: { now: Instant; place: Place; opening: Opening | null },
): CustomerClocks {
  const words = customerClockWords(place.language);
  const receivedAt = ticket.received_at;
  const telling: Telling = {
    ...{ words, now, later: (at) => laterMomentWords(at, receivedAt, place) },
    span: (ms) => durationWords(Math.max(1_000, ms - (ms % 1_000)), words.hours),
  };
  const first = momentWords(receivedAt, place);
  const received = ticket.source === "agent" ? words.writtenDown(first) : words.received(first);
  const accounts = accountsOf(events, now).filter(({ published }) => published);
  const response = accounts.find(({ target }) => target === "response");
  const works = ticket.state === "closed" ? [] : [words.works(workingWords(opening, now, place))];
  if (response === undefined) return { notifiedAt: null, dueAt: null, sentences: [received] };
  const promised = words.promised(promiseWords(ticket.priority, response.targetMs, place.language));
  const { stoppedAt: notifiedAt, dueAt } = response.state;
  const others = accounts.filter((account) => account !== response).flatMap((account) => targetWords(account, telling));
  const sentences = [received, ...noticeWords(response, telling), promised, ...outcomeWords(response, telling)];
  return { notifiedAt, dueAt: dueAt >= NEVER ? null : dueAt, sentences: [...sentences, ...others, ...works] };
}

type Telling = {
  words: CustomerClockWords;
  now: Instant;
  later(at: Instant): string;
  span(ms: number): string;
};

function noticeWords({ state, attempts }: ClockAccount, { words, now, later }: Telling): string[] {
  const { receipt, stoppedAt, outcome } = state;
  if (outcome === "void") return [];
  if (receipt !== null && stoppedAt !== null) return [words.notified[receipt](later(stoppedAt))];
  const way = attempts.findLast(({ failed }) => !failed);
  if (way?.demands === "presumed" && way.waitingEndsAt > now)
    return [words.sent(later(way.handedOverAt), later(way.waitingEndsAt))];
  if (way !== undefined) return [words.sentUnproven(later(way.handedOverAt))];
  return [attempts.some(({ failed }) => failed) ? words.cameBack : words.underWay];
}

function outcomeWords({ state, calendar }: ClockAccount, { words, now, later, span }: Telling): string[] {
  const { outcome, stoppedAt, dueAt } = state;
  if (outcome === "void") return [words.void];
  if (dueAt >= NEVER) return [];
  const counts = words.counts(calendar !== "always", later(dueAt));
  if (stoppedAt !== null)
    return [counts, stoppedAt <= dueAt ? words.kept(span(dueAt - stoppedAt)) : words.late(span(stoppedAt - dueAt))];
  return outcome === "breached" ? [counts, words.lateStill(span(now - dueAt))] : [counts];
}

/** What else was promised, and published: a first reply, the next one, a resolution. */
function targetWords({ target, state }: ClockAccount, { words, later }: Telling): string[] {
  if (target === "response" || state.outcome === "void") return [];
  const name = words.target[target];
  if (state.stoppedAt !== null) return [words.done(name, later(state.stoppedAt))];
  if (state.pausedAt !== null) return [words.stands(name)];
  return state.dueAt >= NEVER ? [] : [words.by(name, later(state.dueAt))];
}
