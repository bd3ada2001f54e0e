import type { MailAttachment } from "@permanence/mail";
import { type ApiContext, problem } from "@permanence/people";

// How what came from outside is handed to browsers: never as a page of ours.

/** Pictures that no browser runs as a program; SVG is not among them. */
const SHOWN_PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** The type that a sender declares is believed for these pictures only, and nothing may be guessed from the bytes. */
export function attachmentHeaders(
  { name, type }: Pick<MailAttachment, "name" | "type">,
  inline: boolean,
): Record<string, string> {
  const isPicture = SHOWN_PICTURES.has(type);
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  ); // RFC 8187
  return {
    "content-type": isPicture ? type : "application/octet-stream",
    "content-disposition": `${inline && isPicture ? "inline" : "attachment"}; filename*=UTF-8''${encoded}`,
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "private, max-age=3600",
  };
}

/** What one page may carry of its own pictures; those past it are attachments like others. */
const MOST_PICTURE_BYTES = 10_000_000;

type Picture = { contentId: string | null; type: string; sizeBytes: number; read(): Promise<Uint8Array | null> };

/** The pictures that the page shows of its own mail, as `data:` addresses: its frame has no origin, so no cookie goes
 *  with what it fetches (seen in Chromium), and its policy lets it fetch nothing of ours anyway. */
export async function picturesIn(html: string, attachments: Picture[]): Promise<Record<string, string>> {
  const pictures: Record<string, string> = {};
  let left = MOST_PICTURE_BYTES;
  for (const { contentId: id, type, sizeBytes, read } of attachments) {
    if (id === null || !SHOWN_PICTURES.has(type) || sizeBytes > left || !html.includes(id)) continue;
    const bytes = await read();
    if (bytes === null) continue;
    pictures[id] = `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
    left -= sizeBytes;
  }
  return pictures;
}

export function notShown(c: ApiContext, reason: string) {
  const elsewhere = "Its text is in the conversation, its bytes under the mail.";
  return problem(c, 422, "Not shown", `This mail's HTML could not be made safe to show: ${reason} ${elsewhere}`);
}

export function noSuchContent(c: ApiContext) {
  return problem(c, 404, "Not found", "There is no such message or attachment on this ticket.");
}
