import { type Db, type DeskId, readBlob } from "@permanence/database";
import { findInboundMail, type MailReader } from "@permanence/mail";
import { deskOf } from "@permanence/people";
import { PageCache } from "./page-cache.ts";
import type { AttachmentRow, MessageRow } from "./ticket-tables.ts";

type Forms = Pick<MessageRow, "invitation" | "protection">;

const ROOM_FOR_FORMS_BYTES = 1024 * 1024;

/** Gives messages that were kept before their mails' forms were, or before all of these were understood, what their bytes
 *  say. Only where an attachment hints at a form: a conversation is shown often, and reading all of it takes seconds. */
export function openEarlierForms(reader: MailReader) {
  const known = new PageCache<Forms>(ROOM_FOR_FORMS_BYTES); // A message never changes.

  async function read(db: Db, deskId: DeskId, { message_id, inbound_mail_id }: MessageRow): Promise<Forms | null> {
    const before = known.get(message_id);
    if (before !== undefined) return before;
    const bytes = await db.transaction(deskId, async (tx) => {
      const inboundMail = await findInboundMail(tx, deskId, inbound_mail_id!);
      return inboundMail && readBlob(tx, deskId, inboundMail.sha256);
    });
    if (bytes === null) return null;
    const { languages } = (await deskOf(db, deskId)).settings;
    // It rejects when too much waits: the words of a conversation must not wait for that.
    const mail = await reader.read(bytes, { languages, prior: languages }).catch(() => null);
    if (mail === null) return null;
    const forms =
      "unreadable" in mail
        ? { invitation: null, protection: null }
        : { invitation: mail.invitation, protection: mail.protection };
    known.set(message_id, forms, 2 * JSON.stringify(forms).length);
    return forms;
  }

  return async function withForms<M extends MessageRow>(
    db: Db,
    deskId: DeskId,
    messages: M[],
    attachments: AttachmentRow[],
  ): Promise<M[]> {
    const shown: M[] = [];
    for (const message of messages) {
      const forms = isFromBefore(message, attachments) ? await read(db, deskId, message) : null;
      shown.push(forms === null ? message : { ...message, ...forms });
    }
    return shown;
  };
}

function isFromBefore(
  { message_id, inbound_mail_id, invitation, protection }: MessageRow,
  attachments: AttachmentRow[],
) {
  if (inbound_mail_id === null) return false;
  if (invitation !== null) return invitation.answer === undefined;
  return protection === null && attachments.some((file) => file.message_id === message_id && HINT.test(file.type));
}

const HINT = /^(?:text\/calendar|application\/(?:ics|(?:x-)?pkcs7-(?:mime|signature)|pgp-(?:encrypted|signature)))$/;
