import type { Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { queueMail } from "@permanence/mail";
import type { Desk } from "@permanence/people";
import { accentOf, signatureOf, templateOf } from "./notice.ts";
import { answeringMailbox } from "./own-mailboxes.ts";
import { renderTemplate } from "./template.ts";

/** What somebody who follows a suggestion is told, in their language. */
export type SuggestionNews = {
  contactId: string;
  address: string;
  name: string;
  language: string;
  title: string;
  /** In words. */
  state: string;
  reason: string;
  link: string;
  unsubscribeLink: string;
  /** For programs: see `MailToQueue`. */
  unsubscribeUrl: string;
};

/** Mails that a suggestion has another state, behind all other mail. Null where no mail can go to the address. */
export async function queueSuggestionMail(
  tx: Tx,
  world: World,
  desk: Desk,
  { contactId, address, language, unsubscribeUrl, ...words }: SuggestionNews,
): Promise<string | null> {
  const look = { language, deskName: desk.name, accent: accentOf(desk) };
  const values = { ...words, deskName: desk.name, signature: signatureOf(desk, language) };
  const queued = await queueMail(tx, world, desk.deskId, {
    ...{ purpose: "suggestion", ticketId: null, contactId, replyToken: null, inReplyTo: null, references: [] },
    mailbox: answeringMailbox(desk, []),
    fromName: desk.name,
    to: { address, name: words.name },
    ...renderTemplate(templateOf(desk, "suggestion", language), values, look),
    ...{ language, automatic: "auto-generated", requestMdn: false, urgency: "low", unsubscribeUrl },
  });
  return "refused" in queued ? null : queued.outgoingMailId;
}
