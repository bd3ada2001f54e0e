import type { Sanitiser } from "@permanence/mail";
import type { Agent, Desk } from "@permanence/people";
import { badAddresses, type DraftContent, recipientsOf } from "./draft-content.ts";
import type { WrittenLetter } from "./draft-store.ts";
import { letterHtml, letterText, picturesOf } from "./letter-text.ts";
import { fillLetter, letterValues } from "./letter-variables.ts";
import { isOwnMailbox } from "./own-mailboxes.ts";
import type { TicketListRow } from "./ticket-store.ts";
import { contentIdOf } from "./upload.ts";

/** What must be mended before a draft can be sent, in sentences. */
export type LetterMistakes = { mistakes: { place: string; detail: string }[] };

/** Writes a draft out as it is sent: with the values of its variables, as text and as HTML that the house has made safe. */
export async function composeLetter(
  sanitiser: Sanitiser,
  { desk, agent }: { desk: Desk; agent: Agent },
  ticket: TicketListRow,
  { place, content }: { place: string; content: DraftContent },
): Promise<WrittenLetter | LetterMistakes> {
  const isMarkdown = content.format === "markdown";
  const filled =
    place === "note"
      ? { text: content.text, unknown: [], missing: [] }
      : fillLetter(content.text, letterValues({ desk, agent }, ticket), isMarkdown);
  const mistakes = [...findMistakes(desk, place, content), ...variableMistakes(filled)];
  if (mistakes.length > 0) return { mistakes };
  if (!isMarkdown) return { text: content.text === "" ? " " : filled.text, html: null };
  const text = letterText(filled.text);
  const pictures = picturesOf(filled.text).filter((id) => content.uploads.includes(id));
  const own = new Map(pictures.map((id) => [id, contentIdOf({ upload_id: id })]));
  const html = letterHtml(filled.text, (id) => (own.has(id) ? `cid:${own.get(id)}` : null));
  const images = Object.fromEntries([...own.values()].map((id) => [id, `cid:${id}`]));
  const safe = await sanitiser.sanitise(html, { remote: false, images });
  if ("refused" in safe) return { mistakes: [{ place: "text", detail: "The text is too long or too deeply nested." }] };
  return { text, html: safe.html };
}

function findMistakes(desk: Desk, place: string, content: DraftContent): LetterMistakes["mistakes"] {
  const mistakes: LetterMistakes["mistakes"] = [];
  const say = (where: string, detail: string) => void mistakes.push({ place: where, detail });
  if (content.text.trim() === "") say("text", "There is no text yet.");
  if (place === "note") return mistakes;
  const bad = badAddresses(content);
  for (const address of bad) say("to", `"${address}" is no address that mail can be sent to.`);
  if (bad.length > 0) return mistakes;
  const { to, cc, bcc } = recipientsOf(content);
  const all = [...to, ...cc, ...bcc];
  for (const address of all.filter((each) => isOwnMailbox(desk, each)))
    say("to", `"${address}" is a mailbox of this desk: mail to it would come back.`);
  if (all.length > 50) say("to", "A message has 50 recipients at most.");
  if (place === "side" && to.length === 0) say("to", "There is nobody to write to yet.");
  return mistakes;
}

function variableMistakes({ unknown, missing }: { unknown: string[]; missing: string[] }) {
  return [
    ...unknown.map((name) => ({ place: "text", detail: `"{{${name}}}" is no variable.` })),
    ...missing.map((name) => ({ place: "text", detail: `Nothing is known for "{{${name}}}" on this ticket.` })),
  ];
}
