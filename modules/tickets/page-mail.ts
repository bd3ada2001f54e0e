import type { Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { queueMail } from "@permanence/mail";
import type { Agent, Desk } from "@permanence/people";
import { accentOf, templateOf } from "./notice.ts";
import { answeringMailbox } from "./own-mailboxes.ts";
import { renderTemplate } from "./template.ts";

/** What a page says, in its reader's language. */
export type PageWords = { title: string; text: string; link: string };

/** Mails a page to an address of the agent's, before all other mail. Null where no mail can go there. */
export async function queuePageMail(
  tx: Tx,
  world: World,
  desk: Desk,
  { agent, address, words }: { agent: Agent; address: string; words: PageWords },
): Promise<string | null> {
  const { language, name } = agent;
  const look = { language, deskName: desk.name, accent: accentOf(desk) };
  const queued = await queueMail(tx, world, desk.deskId, {
    ...{ purpose: "page", ticketId: null, contactId: null, replyToken: null, inReplyTo: null, references: [] },
    mailbox: answeringMailbox(desk, []),
    fromName: desk.name,
    to: { address, name },
    ...renderTemplate(templateOf(desk, "page", language), { name, deskName: desk.name, ...words }, look),
    ...{ language, automatic: "auto-generated", requestMdn: false, urgency: "urgent" },
  });
  return "refused" in queued ? null : queued.outgoingMailId;
}
