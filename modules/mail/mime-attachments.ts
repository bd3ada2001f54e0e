import { createHash } from "node:crypto";
import { type Entity, fieldOf } from "./mime-entity.ts";
import { readFields } from "./mime-header.ts";
import { readIds } from "./mime-ids.ts";
import { storable } from "./mime-text.ts";
import { decodeBody } from "./mime-transfer.ts";
import { decodeWords } from "./mime-words.ts";
import type { EmbeddedFile } from "./mime-uuencode.ts";
import type { MailAttachment } from "./read-mail.ts";

/** Cuts an attachment out of its mail: bytes as the sender had them, archives never opened. */
export function readAttachment(part: Entity, html: string | null, warnings: Set<string>): MailAttachment {
  const { bytes, repair } = decodeBody(part.body, fieldOf(part, "content-transfer-encoding") ?? "");
  if (repair !== null) warnings.add(repair);
  const contentId = readIds(fieldOf(part, "content-id") ?? "")[0] ?? null;
  const name = nameOf(part);
  const type = storable(part.type.value).slice(0, 200);
  if (isTnef(type, name))
    warnings.add(`"${name || "winmail.dat"}" is in a format of Outlook's own (TNEF); what it holds was not opened.`);
  return {
    name: name === "" ? nameByContent(type, bytes) : name,
    type,
    ...measured(bytes),
    inline: isInline(part, contentId, html),
    contentId,
    bytes,
  };
}

/** A file that stood in a text. */
export function embeddedAttachment({ name, type, bytes }: EmbeddedFile): MailAttachment {
  return { name: cleanFileName(name), type, ...measured(bytes), inline: false, contentId: null, bytes };
}

const measured = (bytes: Uint8Array) => ({
  sizeBytes: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
});

const isTnef = (type: string, name: string): boolean =>
  /^application\/(vnd\.)?ms-tnef$/.test(type) || /^win(mail)?\.dat$/i.test(name);

/** What mailers leave without a name: a forwarded message goes by its subject, so that it can be opened as one. */
function nameByContent(type: string, bytes: Uint8Array): string {
  if (type === "text/calendar") return "invitation.ics";
  if (type !== "message/rfc822" && type !== "message/global") return "";
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, LONGEST_HEAD));
  const ends = ["\n\n", "\n\r\n"].map((emptyLine) => head.indexOf(emptyLine)).filter((at) => at >= 0);
  const fields = readFields(head.subarray(0, Math.min(head.length, ...ends)));
  const subject = decodeWords(fields.find(({ name }) => name === "subject")?.value ?? "");
  const title = cleanFileName(subject.replaceAll(/[\s/\\:*?"<>|]+/g, " ")).slice(0, LONGEST_NAME - 4);
  return `${title.trim().toWellFormed() || "message"}.eml`;
}

/** Of a forwarded message, so much is searched for its subject. */
const LONGEST_HEAD = 64 * 1024;

/** A picture, sound or film that the HTML draws, or that is marked to be drawn. */
function isInline(part: Entity, contentId: string | null, html: string | null): boolean {
  if (contentId !== null && html !== null && html.includes(`cid:${contentId}`)) return true;
  return part.disposition.value === "inline" && /^(image|audio|video)\//.test(part.type.value);
}

function nameOf({ disposition, type }: Entity): string {
  const declared = disposition.params.get("filename") ?? type.params.get("name") ?? "";
  return cleanFileName(decodeWords(declared));
}

// Control characters break pages and headers; bidirectional overrides make "exe.fdp" of "pdf.exe"; zero-width
// characters hide in between.
// oxlint-disable-next-line no-control-regex -- As said.
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g;
const LONGEST_NAME = 200;

/** A sender's file name, fit to be shown and offered for saving: no folder, nothing invisible, not endless. */
export function cleanFileName(name: string): string {
  const visible = storable(name.replaceAll(INVISIBLE, "")).trim();
  const file = visible.slice(Math.max(visible.lastIndexOf("/"), visible.lastIndexOf("\\")) + 1).trim();
  if (/^\.*$/.test(file)) return "";
  if (file.length <= LONGEST_NAME) return file;
  const extension = /\.[^.]{1,10}$/.exec(file)?.[0] ?? "";
  return file.slice(0, LONGEST_NAME - extension.length).toWellFormed() + extension;
}
