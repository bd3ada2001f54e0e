import type { Message, TicketEvent } from "#lib/api/types.ts";

/** What a ticket's page shows in order of time: letters, and between them what happened. */
export type Entry = { kind: "message"; message: Message } | { kind: "events"; events: TicketEvent[] };

/** An event of this type only says that the message, which stands there itself, was written. */
const SAID_BY_THE_MESSAGE = "message";

/** Puts messages and events in one order. Events between two messages stand together; at the same instant the message
 *  comes first. */
export function orderConversation(messages: Message[], events: TicketEvent[]): Entry[] {
  const told = events.filter(({ type }) => type !== SAID_BY_THE_MESSAGE);
  const entries: Entry[] = [];
  let nextEvent = 0;

  for (const message of messages) {
    nextEvent = pushEvents(entries, told, nextEvent, Date.parse(message.at));
    entries.push({ kind: "message", message });
  }
  pushEvents(entries, told, nextEvent, Number.POSITIVE_INFINITY);
  return entries;
}

function pushEvents(entries: Entry[], events: TicketEvent[], from: number, beforeMs: number): number {
  let until = from;
  while (until < events.length && Date.parse(events[until]!.at) < beforeMs) until += 1;
  if (until > from) entries.push({ kind: "events", events: events.slice(from, until) });
  return until;
}
