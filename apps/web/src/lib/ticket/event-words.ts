import type { Clock, ClosedAs, Outcome, Priority, Rung, TicketEvent, TicketState } from "#lib/api/types.ts";
import type { Messages } from "#lib/messages/fr.ts";
import type { LanguageCode } from "#lib/messages/languages.ts";
import { dayInWords } from "#lib/time/calendar-day.ts";

/** What happened, in one line. A type that these pages do not know yet is shown by its name, never hidden. */
export function describeEvent({ type, data }: TicketEvent, m: Messages, language: LanguageCode): string {
  const given = data ?? {};
  const text = (name: string) => String(given[name] ?? "");
  switch (type) {
    case "registered":
      return m.event.registered(text("number"), m.priority[given.priority as Priority] ?? text("priority"));
    case "imported":
      return m.contents.imported;
    case "state":
      return m.event.state(m.state[given.to as TicketState] ?? text("to"));
    case "closed":
      return m.event.closed(m.closedAs[given.as as ClosedAs] ?? text("as"));
    case "closure-undone":
      return m.event.closureUndone;
    case "priority":
      return describePriority(given, m);
    case "priority-confirmed":
      return m.triage.confirmed;
    case "assigned":
      return byRule(m.event.assigned(nameOf(given.to) ?? m.ticket.nobody), given, m);
    case "team":
      return byRule(m.agentDay.event.team(nameOf(given.to) ?? m.agentDay.noTeam), given, m);
    case "tagged":
      return byRule(describeTags(given, m), given, m);
    case "snoozed":
      return given.until === null
        ? m.agentDay.event.snoozedUntilReply
        : m.agentDay.event.snoozed(dayInWords(new Date(Number(given.until)).toISOString().slice(0, 10), language));
    case "woken":
      return m.agentDay.event.woken[given.why as keyof Messages["agentDay"]["event"]["woken"]] ?? type;
    case "notice-queued":
      return m.event.noticeQueued(text("to"));
    case "notice-again":
      return m.event.noticeAgain(text("to"));
    case "report":
      return m.quarantine.kind.report;
    case "mail-sent":
      return m.event.mailSent;
    case "mail-failed":
      return describeFailure(text("error") || text("detail"), m);
    case "evidence":
      if (given.source === "call") return m.event.callLogged;
      return m.event.evidence(m.receipt[given.rung as Rung] ?? text("rung"));
    case "clock":
      return describeClock(given.target, m.event.outcome[given.to as Outcome] ?? text("to"), m);
    case "warned":
      return m.event.warned(targetWord(given.target, m), text("percent"));
    case "not-assigned":
      return m.event.notAssigned(text("to"));
    case "auto-reply":
      return given.absentUntil
        ? m.event.awayUntil(dayInWords(text("absentUntil"), language))
        : m.quarantine.kind["auto-reply"];
    case "paged":
    case "page-failed":
    case "page-acknowledged":
    case "call-out-taken":
    case "handed-over":
    case "told-taken":
      return describeCalling(type, given, m);
    case "rated":
      return describeRating(given, m);
    case "subject":
      return m.pair(m.event.subject, text("to"));
    default:
      return plainEvent(type, m) ?? type;
  }
}

/** Those that say all by their name. */
function plainEvent(type: string, m: Messages): string | undefined {
  const words: Record<string, string> = {
    "told-closed": m.rated.told,
    mentioned: m.writing.mentioned,
    suggestion: m.suggestions.desk.ticketEvent,
  };
  return Object.hasOwn(words, type) ? words[type] : undefined;
}

/** What a rule of the desk did says which. */
function byRule(words: string, { rule }: Record<string, unknown>, m: Messages): string {
  return typeof rule === "string" ? m.agentDay.event.byRule(words, rule) : words;
}

function describeTags(given: Record<string, unknown>, m: Messages): string {
  const signed = (list: unknown, sign: string) => (Array.isArray(list) ? list.map((name) => `${sign}${name}`) : []);
  return m.agentDay.event.tagged([...signed(given.added, "+"), ...signed(given.removed, "−")].join(", "));
}

function describeCalling(type: string, given: Record<string, unknown>, m: Messages): string {
  const { event, kind } = m.duty;
  const who = nameOf(given.agent) ?? nameOf(given.to) ?? "";
  switch (type) {
    case "paged": {
      const called = Array.isArray(given.to) ? given.to.join(", ") : "";
      return event.paged(called || m.duty.nobody, kind[given.kind as keyof typeof kind] ?? String(given.kind));
    }
    case "page-failed":
      return given.reason ? m.pair(event.pageFailed, String(given.reason)) : event.pageFailed;
    case "page-acknowledged":
      return event.acknowledged(who);
    case "call-out-taken":
      return event.taken(who);
    case "handed-over":
      return event.handedOver(who);
    default:
      return event.told;
  }
}

function describeRating({ rating, text }: Record<string, unknown>, m: Messages): string {
  const said = rating === "good" || rating === "bad" ? m.rated[rating] : String(rating ?? "");
  return text ? m.pair(said, String(text)) : said;
}

function describeClock(target: unknown, outcome: string, m: Messages): string {
  return target === "response" ? m.event.clock(outcome) : m.event.otherClock(targetWord(target, m), outcome);
}

function targetWord(target: unknown, m: Messages): string {
  return m.clock.target[target as Clock["target"]] ?? String(target);
}

function describeFailure(answer: string, m: Messages): string {
  return answer === "" ? m.event.mailFailed : m.pair(m.event.mailFailed, answer);
}

function describePriority(given: Record<string, unknown>, m: Messages): string {
  const word = (priority: unknown) => m.priority[priority as Priority] ?? String(priority);
  const change = m.event.priority(word(given.from), word(given.to));
  return given.reason ? `${change} (${String(given.reason)})` : change;
}

function nameOf(agent: unknown): string | null {
  if (typeof agent === "string") return agent;
  return typeof agent === "object" && agent !== null && "name" in agent ? String(agent.name) : null;
}
