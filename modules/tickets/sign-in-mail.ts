import type { Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { queueMail } from "@permanence/mail";
import type { Agent, CustomerSignInMail, Desk, InvitationMail } from "@permanence/people";
import { answeringMailbox } from "./own-mailboxes.ts";
import { accentOf, templateOf } from "./notice.ts";
import { momentWords } from "./notice-words.ts";
import { renderTemplate, type TemplateName } from "./template.ts";

/** Mails an agent a sign-in link. It belongs to no ticket, and no page ever shows it. */
export async function queueSignInMail(
  tx: Tx,
  world: World,
  desk: Desk,
  { agent, link }: { agent: Agent; link: string },
): Promise<void> {
  const { name, email: address, language } = agent;
  await queue(tx, world, desk, { template: "sign-in", to: { address, name }, language, values: { name, link } });
}

/** The same for a customer, with a code beside the link. */
export async function queueCustomerSignInMail(
  tx: Tx,
  world: World,
  desk: Desk,
  { address, language, link, code }: CustomerSignInMail,
): Promise<void> {
  const readable = `${code.slice(0, 4)} ${code.slice(4)}`;
  const values = { link, code: readable };
  await queue(tx, world, desk, { template: "customer-sign-in", to: { address, name: "" }, language, values });
}

/** Invites somebody to work at the desk. */
export async function queueInvitation(tx: Tx, world: World, desk: Desk, mail: InvitationMail): Promise<void> {
  const { address, name, language, link, invitedBy, expiresAt } = mail;
  const until = momentWords(expiresAt, { language, timeZone: desk.settings.timeZone });
  const values = { name, link, invitedBy, until };
  await queue(tx, world, desk, { template: "invitation", to: { address, name }, language, values });
}

type SignInMail = {
  template: TemplateName;
  to: { address: string; name: string };
  language: string;
  values: Record<string, string>;
};

async function queue(tx: Tx, world: World, desk: Desk, { template, to, language, values }: SignInMail): Promise<void> {
  const look = { language, deskName: desk.name, accent: accentOf(desk) };
  await queueMail(tx, world, desk.deskId, {
    ...{ purpose: "sign-in", ticketId: null, contactId: null, replyToken: null, inReplyTo: null, references: [] },
    mailbox: answeringMailbox(desk, []),
    fromName: desk.name,
    to,
    ...renderTemplate(templateOf(desk, template, language), { ...values, deskName: desk.name }, look),
    ...{ language, automatic: "auto-generated", requestMdn: false, urgency: "urgent" },
  });
}
