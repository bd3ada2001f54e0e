import type { Rung, WayStep } from "#lib/api/types.ts";
import { inWords, sourceInWords } from "#lib/messages/desk-sentences.ts";
import type { Messages } from "#lib/messages/fr.ts";
import type { LanguageCode } from "#lib/messages/languages.ts";
import { describeEvent } from "#lib/ticket/event-words.ts";

/** What one step of a mail's way was: in a few words, and what was said of it. */
export type StepInWords = { text: string; details: string[]; isBad: boolean; reportId: string | null };

/** @param mailId the mail whose way it is: a report on it is another mail */
export function describeStep(step: WayStep, mailId: string, m: Messages, language: LanguageCode): StepInWords {
  const data = step.data ?? {};
  const text = (name: string) => (typeof data[name] === "string" ? data[name] : "");
  const said = [text("detail"), text("why")].filter(Boolean).map((sentence) => inWords(sentence, m));
  const told = { details: said, isBad: false, reportId: reportIn(data, mailId) };
  switch (step.type) {
    case "mail-queued":
      return { ...told, text: m.way.queued(text("to")) };
    case "mail-put-off":
      return { ...told, text: m.way.putOff, isBad: true };
    case "mail-received":
      return { ...told, ...received(text("ip"), text("helo"), text("from"), m) };
    case "mail-read": {
      const warnings = Array.isArray(data["warnings"]) ? data["warnings"].map((each) => inWords(String(each), m)) : [];
      const kind = m.quarantine.kind[text("kind") as keyof Messages["quarantine"]["kind"]] ?? text("kind");
      return { ...told, text: m.way.read(kind), details: [...said, ...warnings] };
    }
    case "message":
      return { ...told, text: m.way.joined };
    case "report":
      return { ...told, text: m.way.report };
    case "evidence": {
      const rung = text("rung") as Rung;
      const details = [sourceInWords(text("source"), m), ...said];
      return { ...told, text: m.receipt[rung] ?? rung, details, isBad: rung === "failed" };
    }
    default:
      return { ...told, text: describeEvent({ ...step, sequence: 0, actor: { kind: "desk", name: "" } }, m, language) };
  }
}

function received(ip: string, helo: string, from: string, m: Messages) {
  const server = helo === "" || ip === "" ? ip : `${helo} [${ip}]`;
  const envelope = from === "" ? m.quarantine.nullSender : m.quarantine.envelope(from);
  return { text: server === "" ? m.way.fetched : m.way.brought(server), details: [envelope] };
}

function reportIn(data: Record<string, unknown>, mailId: string): string | null {
  const id = data["inboundMailId"];
  return typeof id === "string" && id !== mailId ? id : null;
}
