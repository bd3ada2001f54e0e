import type { Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { queueMail } from "@permanence/mail";
import type { Agent, Desk } from "@permanence/people";
import { answeringMailbox } from "./own-mailboxes.ts";
import { accentOf, templateOf } from "./notice.ts";
import { renderTemplate } from "./template.ts";

/** Mails an agent a sign-in link. It belongs to no ticket, and no page ever shows it. */
export async function queueSignInMail(
  tx: Tx,
  world: World,
  desk: Desk,
  { agent, link }: { agent: Agent; link: string },
): Promise<void> {
  const { language } = agent;
  const values = { name: agent.name, link, deskName: desk.name };
  const rendered = renderTemplate(templateOf(desk, "sign-in", language), values, {
    language,
    deskName: desk.name,
    accent: accentOf(desk),
  });
  await queueMail(tx, world, desk.deskId, {
    ...{ purpose: "sign-in", ticketId: null, contactId: null, replyToken: null, inReplyTo: null, references: [] },
    mailbox: answeringMailbox(desk, []),
    fromName: desk.name,
    to: { address: agent.email, name: agent.name },
    ...rendered,
    ...{ language, automatic: "auto-generated", requestMdn: false, urgency: "urgent" },
  });
}
