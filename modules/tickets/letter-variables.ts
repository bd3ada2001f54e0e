import type { Agent, Desk } from "@permanence/people";
import { momentWords, priorityWord } from "./notice-words.ts";
import { signatureOf } from "./notice.ts";
import type { TicketListRow } from "./ticket-store.ts";

/** What an answer may say of its ticket, in words of the reader's language. */
export const LETTER_VARIABLES = [
  "customer.name",
  "customer.address",
  "organisation.name",
  "ticket.number",
  "ticket.subject",
  "ticket.priority",
  "ticket.receivedAt",
  "promise.responseDueAt",
  "agent.name",
  "desk.name",
  "desk.signature",
] as const;
export type LetterVariable = (typeof LETTER_VARIABLES)[number];
export type LetterValues = Record<LetterVariable, string>;

/** What a letter that is to be sent still has between double braces. */
export type VariableMistakes = { unknown: string[]; missing: LetterVariable[] };

const VARIABLE = /\{\{\s*([^{}\n]{0,80}?)\s*\}\}/g;

export function isVariable(name: string): name is LetterVariable {
  return (LETTER_VARIABLES as readonly string[]).includes(name);
}

/** The values for one ticket. What is not known is empty. */
export function letterValues({ desk, agent }: { desk: Desk; agent: Agent }, ticket: TicketListRow): LetterValues {
  const { language } = ticket;
  const place = { timeZone: desk.settings.timeZone, language };
  const dueAt = ticket.clocks.find(({ target }) => target === "response")?.dueAt;
  return {
    "customer.name": ticket.contact_name,
    "customer.address": ticket.contact_address ?? "",
    "organisation.name": ticket.organisation_name ?? "",
    "ticket.number": String(ticket.number),
    "ticket.subject": ticket.subject,
    "ticket.priority": priorityWord(ticket.priority, language),
    "ticket.receivedAt": momentWords(ticket.received_at, place),
    "promise.responseDueAt": dueAt === undefined ? "" : momentWords(dueAt, place),
    "agent.name": agent.name,
    "desk.name": desk.name,
    "desk.signature": signatureOf(desk, language),
  };
}

/** Puts the values in, and says which have none. What has none stays as it is written.
 *  @param isMarkdown the values are escaped then, and code stays as it is */
export function fillLetter(
  text: string,
  values: LetterValues,
  isMarkdown: boolean,
): { text: string } & VariableMistakes {
  const mistakes: VariableMistakes = { unknown: [], missing: [] };
  const note = <T>(list: T[], name: T) => void (list.includes(name) || list.push(name));
  const fill = (part: string) =>
    part.replace(VARIABLE, (written, name: string) => {
      if (!isVariable(name)) return (note(mistakes.unknown, name), written);
      const value = values[name];
      if (value === "") return (note(mistakes.missing, name), written);
      return isMarkdown ? escapeMarkdown(value) : value;
    });
  const filled = isMarkdown ? outsideOfCode(text, fill) : fill(text);
  return { text: filled, ...mistakes };
}

const CODE = /(^```[\s\S]*?^```[ \t]*$|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\2(?!`))/m;

function outsideOfCode(text: string, fill: (part: string) => string): string {
  let [done, rest] = ["", text];
  for (let found = CODE.exec(rest); found !== null; found = CODE.exec(rest)) {
    done += fill(rest.slice(0, found.index)) + found[0];
    rest = rest.slice(found.index + found[0].length);
  }
  return done + fill(rest);
}

/** A name with stars in it stays one: what somebody else wrote becomes no markup of ours. */
function escapeMarkdown(value: string): string {
  return value.replace(/[\\`*_{}[\]<>()#+!|~&-]/g, "\\$&").replace(/\s+/g, " ");
}
