import { detectLanguage } from "@permanence/language";
import { absenceEnd } from "./absence-end.ts";
import { kindOf } from "./mail-kind.ts";
import { isForwardedReport } from "./mail-kind-report.ts";
import { readAddresses } from "./mime-addresses.ts";
import { embeddedAttachment, readAttachment } from "./mime-attachments.ts";
import { bodyPartsOf } from "./mime-body.ts";
import { readContent } from "./mime-content.ts";
import { readDate } from "./mime-date.ts";
import { contentDigest } from "./mime-digest.ts";
import { type Entity, fieldOf, readEntity } from "./mime-entity.ts";
import { readIds } from "./mime-ids.ts";
import { invitationIn } from "./mime-invitation.ts";
import { encryptedWarning, protectionWith, unwrapMessage } from "./mime-protection.ts";
import { cleanLine } from "./mime-text.ts";
import { decodeWords } from "./mime-words.ts";
import { replyTextOf } from "./reply-text.ts";
import { readReport } from "./report-reader.ts";
import { LimitBroken, READ_LIMITS, TOO_LARGE } from "./read-limits.ts";
import { HEADERS_OF_INTEREST, type ReadingChoice, type ReadMail, type Unreadable } from "./read-mail.ts";

/** Reads one mail. Runs on the reading thread; see openMailReader. The attachments' bytes are views. */
export function readMail(bytes: Uint8Array, choice: ReadingChoice): ReadMail | Unreadable {
  if (bytes.length > READ_LIMITS.bytes) return { unreadable: TOO_LARGE };
  try {
    return understand(withLineFeeds(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)), choice);
  } catch (error) {
    if (error instanceof LimitBroken) return { unreadable: error.message };
    return { unreadable: `Reading it failed: ${(error as Error).message}` };
  }
}

function understand(message: Buffer, choice: ReadingChoice): ReadMail {
  const warnings = new Set<string>();
  const root = readEntity(message, warnings);
  const { content, ...unwrapped } = unwrapMessage(root, warnings);
  const body = bodyPartsOf(content);
  const invitation = invitationIn(body.attachments);
  const { html, files, armor, ...written } = readContent(body, warnings);
  const text = written.text === "" ? (invitation?.description ?? "") : written.text;
  const protection = protectionWith(unwrapped.protection, armor);
  if (protection?.kind === "encrypted") warnings.add(encryptedWarning(protection.scheme));
  const head = readHead(root, warnings);
  const reply = replyTextOf(text);
  const signs = { root, text, envelopeFrom: envelopeSender(root, choice), ...head };
  const kind = kindOf(signs);
  const isReport = kind.kind === "report" || isForwardedReport(signs);
  return {
    ...kind,
    absentUntil: kind.automatic === "out-of-office" ? absenceEnd(text, head.date) : null,
    ...(isReport ? readReport({ root, text, ...head }, warnings) : { report: null, delivery: [] }),
    ...head,
    text,
    reply,
    html,
    attachments: [
      ...body.attachments.map((part) => readAttachment(part, html, warnings)),
      ...files.map(embeddedAttachment),
    ],
    invitation,
    protection,
    language: detectLanguage(reply.trim() === "" ? head.subject : reply, {
      among: choice.languages,
      prior: choice.prior,
    }),
    warnings: [...warnings].map(cleanLine), // They quote what the mail declared.
    contentSha256: contentDigest(root),
    authenticationResults: fieldOf(root, "authentication-results")?.slice(0, READ_LIMITS.resultsCharacters) ?? null,
    headers: headersOfInterest(root),
  };
}

function readHead({ fields }: Entity, warnings: Set<string>) {
  const all = (name: string): string[] => fields.filter((field) => field.name === name).map((field) => field.value);
  const first = (name: string): string =>
    fields.find((field) => field.name === name && field.value !== "")?.value ?? "";
  return {
    from: readAddresses([first("from")], warnings)[0] ?? null,
    replyTo: readAddresses(all("reply-to"), warnings),
    to: readAddresses(all("to"), warnings),
    cc: readAddresses(all("cc"), warnings),
    subject: cleanLine(decodeWords(first("subject"))),
    date: readDate(first("date")),
    messageId: readIds(first("message-id"))[0] ?? null,
    inReplyTo: readIds(first("in-reply-to"))[0] ?? null,
    references: readIds(all("references").join(" ")),
  };
}

/** The envelope's sender, or what the last server wrote of it: "<>" is the null sender. */
function envelopeSender(root: Entity, { envelopeFrom }: ReadingChoice): string | null {
  if (envelopeFrom !== undefined) return envelopeFrom;
  return fieldOf(root, "return-path")?.replaceAll(/[<>\s]/g, "") ?? null;
}

function headersOfInterest({ fields }: Entity): ReadMail["headers"] {
  const headers: ReadMail["headers"] = {};
  for (const name of HEADERS_OF_INTEREST) {
    const values = fields.filter((field) => field.name === name).map(({ value }) => cleanLine(decodeWords(value)));
    if (values.length > 0) headers[name] = values;
  }
  return headers;
}

/** A mail whose lines end in bare CR, as old Macintosh programs wrote them, has no other line end. */
function withLineFeeds(bytes: Buffer): Buffer {
  const [CR, LF] = [0x0d, 0x0a];
  if (bytes.includes(LF) || !bytes.includes(CR)) return bytes;
  return bytes.map((byte) => (byte === CR ? LF : byte)) as Buffer;
}
