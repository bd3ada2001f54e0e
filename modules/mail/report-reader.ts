import type { Entity } from "./mime-entity.ts";
import { fieldOf } from "./mime-entity.ts";
import { readIds } from "./mime-ids.ts";
import { cleanLine } from "./mime-text.ts";
import { READ_LIMITS } from "./read-limits.ts";
import type { Delivery, DeliveryOutcome, MailReport, Reading } from "./report.ts";
import { isSameAddress, withoutXtext } from "./report-address.ts";
import { deliveryOf } from "./report-delivery.ts";
import { readDisposition } from "./report-disposition.ts";
import { readFeedback } from "./report-feedback.ts";
import { type ReportFields, readReportFields } from "./report-fields.ts";
import { readNotification } from "./report-notification.ts";
import { openingOf, readReturnedMail, type ReturnedMail } from "./report-opening.ts";
import { returnedMailOf, textOfParts } from "./report-parts.ts";
import type { ReportSource } from "./report-source.ts";
import { LEADING, type Mention, mentionsIn } from "./report-recipients.ts";
import { DELAY, SUCCESS } from "./report-phrases.ts";

const MOST = READ_LIMITS.reportRecipients;

/** Reads what a mail that is a report says of each recipient. Pure; never throws, whatever the bytes. */
export function readReport(source: ReportSource, warnings: Set<string>): Reading {
  const { root, text } = source;
  const opening = openingOf(text);
  const returned = returnedMailOf(root) ?? readReturnedMail(opening.rest);
  const special = readFeedback(source, returned, MOST) ?? readDisposition(source, returned);
  const reading = special ?? readNotification(text, MOST) ?? readDelivery(source, opening.text, returned);
  if (reading.isCut) warnings.add(`The report names more than ${MOST} recipients; the others were not read.`);
  return { report: reading.report, delivery: reading.delivery };
}

type CutReading = Reading & { isCut: boolean };

/** A delivery report: by its fields, in a part of their own or within the text, or by words alone. */
function readDelivery(source: ReportSource, text: string, returned: ReturnedMail): CutReading {
  const part = textOfParts(source.root, "delivery-status");
  const fields = readReportFields(part ?? fieldsWithin(source.text), MOST);
  const words = text.trim() === "" ? (part ?? "") : text;
  const report = reportOf(fields.message, returned);
  const outcome = outcomeInWords(source.subject, text);
  const mentions = mentionsOf(source, text, returned);
  const delivery =
    fields.recipients.length > 0
      ? byFields(fields, { mentions, text: words, outcome })
      : mentions.map(({ address, words }) =>
          deliveryOf({ fields: new Map(), address, words, context: mentions.length === 1 ? text : "", outcome }),
        );
  return { report, delivery: delivery.slice(0, MOST), isCut: fields.isCut || mentions.length > MOST };
}

type InWords = { mentions: Mention[]; text: string; outcome: DeliveryOutcome };

function byFields({ recipients }: ReportFields, { mentions, text, outcome }: InWords): Delivery[] {
  return recipients.map((fields, index) => {
    const nothing = { fields, address: "", words: "", context: "", outcome };
    const { recipient, finalRecipient } = deliveryOf(nothing);
    const address = recipient || (mentions[index]?.address ?? "");
    // A single recipient has all of the text to itself; of several, each has the lines that name it.
    if (recipients.length === 1) return deliveryOf({ ...nothing, address, context: text });
    const own = mentions.find(
      (each) => isSameAddress(each.address, finalRecipient) || isSameAddress(each.address, address),
    );
    return deliveryOf({ ...nothing, address, words: own?.words ?? "" });
  });
}

/** Fields that stand in the middle of a text: a report whose parts came undone, or one that was quoted. */
function fieldsWithin(text: string): string {
  const start = /^[> \t]{0,9}(?:Reporting-MTA|Final-Recipient|Original-Recipient):/im.exec(text)?.index;
  return start === undefined ? "" : text.slice(start).replaceAll(/^>[> ]{0,9}/gm, "");
}

/** Whom a report is about by its words: a field of its header, the text, or whom the mail given back was for. */
function mentionsOf(source: ReportSource, text: string, returned: ReturnedMail): Mention[] {
  const system = source.from?.address ?? "";
  const others = [...returned.senders, ...source.to.map(({ address }) => address), system];
  const within = mentionsIn(text, others, MOST);
  const named = failedRecipients(source.root);
  if (named.length > 0) {
    const wordsOf = (address: string): Mention | undefined =>
      within.find((each) => isSameAddress(each.address, address));
    return named.map((address) => wordsOf(address) ?? { address, words: text });
  }
  if (within.length > 0) return within;
  const toThemselves = mentionsIn(text, [system], MOST, LEADING); // People write to themselves, too.
  if (toThemselves.length > 0) return toThemselves;
  const [addressee] = returned.to.length === 1 ? returned.to : [];
  return addressee === undefined ? mentionsIn(text, [system], MOST) : [{ address: addressee, words: "" }];
}

/** Exim's and Gmail's own field. */
function failedRecipients(root: Entity): string[] {
  const listed = fieldOf(root, "x-failed-recipients")?.slice(0, READ_LIMITS.addressHeaderCharacters) ?? "";
  return listed
    .split(",")
    .map((each) => cleanLine(each))
    .filter((each) => each.includes("@"))
    .slice(0, MOST + 1);
}

function outcomeInWords(subject: string, text: string): DeliveryOutcome {
  if (SUCCESS.test(subject)) return "delivered";
  return DELAY.test(subject) || DELAY.test(text.slice(0, 2_000)) ? "delayed" : "failed";
}

function reportOf(fields: Map<string, string>, returned: ReturnedMail): MailReport {
  const envelopeId = cleanLine(fields.get("original-envelope-id") ?? "").slice(0, 500);
  return {
    about: "delivery",
    reportingMta: cleanLine(
      (fields.get("reporting-mta") ?? "").slice(0, 500).replace(/^[\w-]{1,40}\s{0,9};\s{0,9}/, ""),
    ),
    envelopeId: envelopeId === "" ? null : withoutXtext(envelopeId),
    originalMessageId: returned.messageId ?? readIds(fields.get("x-original-message-id") ?? "")[0] ?? null,
    disposition: null,
    feedbackType: null,
  };
}
