import {
  ASKING,
  AUTOMATIC_SUBJECT,
  AWAY_PHRASE,
  AWAY_SUBJECT,
  CHALLENGE_PHRASE,
  CHALLENGE_SUBJECT,
} from "./mail-kind-phrases.ts";
import type { MailSigns } from "./mail-kind.ts";
import { fieldOf } from "./mime-entity.ts";
import type { Automatic } from "./read-mail.ts";

/** Which machine wrote this mail; null for people, lists and systems that send on what people wrote. */
export function automaticOf(signs: MailSigns): Automatic | null {
  if (isChallenge(signs)) return "challenge";
  const speaksOfAbsence = AWAY_PHRASE.test(signs.text.slice(0, 2_000));
  // People ask about automatic answers too ("Out of office: how do I set it?"), and must not be taken for a machine.
  const isMarked = AUTOMATIC_SUBJECT.test(signs.subject) && (followsAnother(signs) || !asks(signs));
  const isAway = isMarked || (speaksOfAbsence && AWAY_SUBJECT.test(signs.subject));
  if (!isAway && !saysAutomatic(signs) && signs.envelopeFrom !== "") return null;
  if (isAway || isVacation(signs) || speaksOfAbsence) return "out-of-office";
  return isList(signs) ? "list" : "other";
}

/** A machine that lets nothing through before its sender did something: to click on a link, to answer. People ask the
 *  same at times, and shops ask to confirm an address: beside the words, the form or the subject must be a machine's. */
function isChallenge(signs: MailSigns): boolean {
  if (isChallenger(signs)) return true;
  const isMachine = saysAutomatic(signs) || signs.envelopeFrom === "";
  if (!isMachine && !CHALLENGE_SUBJECT.test(signs.subject)) return false; // Nearly all mail ends here.
  return CHALLENGE_PHRASE.test(signs.text.slice(0, 2_000).replaceAll(/\s+/g, " "));
}

/** TMDA, and systems that ask through a field of their own. */
const isChallenger = ({ root }: MailSigns): boolean =>
  /\btmda\b/i.test(fieldOf(root, "x-delivery-agent") ?? "") || fieldOf(root, "x-challenge-response") !== null;

/** RFC 3834, section 5, and the fields that answering machines used before it or use beside it. */
const MARKS: [name: string, value: RegExp][] = [
  ["auto-submitted", /^(?!no\b)./i],
  ["precedence", /auto[-_]?reply/i],
  ["x-precedence", /auto[-_]?reply/i],
  ["preference", /auto[-_]?reply/i],
  ["x-autoreply", /^(?!(no|false)\b)./i],
  ["x-autoreply-from", /./],
  ["x-auto-reply", /^(?!(no|false)\b)./i],
  ["x-auto-reply-from", /./],
  ["x-mail-autoreply", /./],
  ["x-autorespond", /./],
  ["x-auto-respond", /./],
  ["x-autoresponder", /./],
  ["x-vacation", /./],
  ["x-fc-machinegenerated", /true/i],
  ["x-post-messageclass", /autoresponder/i],
  ["x-ms-exchange-generated-message-source", /mailbox rules agent/i],
  ["x-ms-exchange-inbox-rules-loop", /./],
  ["delivered-to", /^autoresponder/i],
];

const asks = ({ subject, text }: MailSigns): boolean => ASKING.test(`${subject}\n${text.slice(0, 1_000)}`);

const followsAnother = ({ inReplyTo, references }: MailSigns): boolean => inReplyTo !== null || references.length > 0;

function saysAutomatic({ root }: MailSigns): boolean {
  return MARKS.some(([name, value]) => value.test(fieldOf(root, name) ?? ""));
}

function isVacation({ root }: MailSigns): boolean {
  const reason = fieldOf(root, "auto-submitted") ?? "";
  return /vacation/i.test(reason) || fieldOf(root, "x-vacation") !== null;
}

const isList = ({ root }: MailSigns): boolean =>
  fieldOf(root, "list-id") !== null || /^(list|bulk)$/i.test(fieldOf(root, "precedence") ?? "");
