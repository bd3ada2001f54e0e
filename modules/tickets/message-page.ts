import { type DeskId, readBlob, type Tx } from "@permanence/database";
import { mailFrameDocument, mailFramePolicy, type SafePage, type Sanitiser, SANITISER_VERSION } from "@permanence/mail";
import type { ApiContext } from "@permanence/people";
import { notShown, picturesIn } from "./mail-content.ts";
import { listAttachments } from "./message-store.ts";
import { PageCache } from "./page-cache.ts";
import type { MessageRow } from "./ticket-tables.ts";

/** A message's HTML as it came, with its own pictures. */
type MessagePage = { messageId: string; language: string; html: string; pictures: Record<string, string> };

/** Null where the message has none. @param language of its ticket */
export async function readMessagePage(
  tx: Tx,
  deskId: DeskId,
  { message_id: messageId, html_sha256 }: Pick<MessageRow, "message_id" | "html_sha256">,
  language: string,
): Promise<MessagePage | null> {
  if (html_sha256 === null) return null;
  const bytes = await readBlob(tx, deskId, html_sha256);
  if (bytes === null) return null;
  const html = bytes.toString("utf8");
  const attachments = await listAttachments(tx, deskId, [messageId]);
  const pictures = attachments.map(({ content_id: contentId, type, size_bytes: sizeBytes, sha256 }) => ({
    ...{ contentId, type, sizeBytes },
    read: () => readBlob(tx, deskId, sha256),
  }));
  return { messageId, language, html, pictures: await picturesIn(html, pictures) };
}

/** Shows messages' HTML, sanitised once: for agents and customers alike, a message being the same to both. */
export function openMessagePages(sanitiser: Sanitiser) {
  const pages = new PageCache<SafePage>(ROOM_FOR_PAGES_BYTES);
  return async (c: ApiContext, page: MessagePage, remote: boolean) => {
    const key = `${page.messageId} ${remote} ${SANITISER_VERSION}`; // A message never changes.
    const clean = pages.get(key) ?? (await sanitiser.sanitise(page.html, { remote, images: page.pictures }));
    if ("refused" in clean) return notShown(c, clean.refused);
    pages.set(key, clean, 2 * clean.html.length);
    c.header("content-security-policy", mailFramePolicy({ remote }));
    c.header("x-blocked-remote", String(clean.blockedRemote));
    c.header("cache-control", "private, max-age=300");
    return c.html(mailFrameDocument(clean.html, { language: page.language }), 200);
  };
}

export type ShowMessagePage = ReturnType<typeof openMessagePages>;

const ROOM_FOR_PAGES_BYTES = 16 * 1024 * 1024;
