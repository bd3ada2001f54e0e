import type { Messages } from "#lib/messages/fr.ts";

/** The usual single keys, as the API has them (modules/tickets/key-choices.ts). */
export const SINGLE_KEYS = [
  "j",
  "k",
  "o",
  "/",
  "l",
  "c",
  "r",
  "n",
  "p",
  "y",
  "a",
  "t",
  "e",
  "x",
  "u",
  "s",
  "?",
] as const;

/** What each does. */
export function singleKeyActs(m: Messages): Record<(typeof SINGLE_KEYS)[number], string> {
  return {
    ...{ j: m.keys.next, k: m.keys.previous, o: m.keys.open, "/": m.keys.search, l: m.keys.arrivals },
    ...{ c: m.keys.create, r: m.keys.reply, n: m.keys.note, p: m.keys.priority, y: m.triage.confirm, a: m.keys.take },
    ...{ t: m.ticket.told, e: m.keys.close, x: m.keys.notARequest, u: m.keys.undo, s: m.agentDay.snooze.label },
    "?": m.keys.help,
  };
}
