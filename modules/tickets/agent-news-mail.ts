import { addJob, type Db, type DeskId, type Tx } from "@permanence/database";
import { type Instant, instant, type World } from "@permanence/kernel";
import { queueMail } from "@permanence/mail";
import { type Agent, type Desk, deskOf, findAgent } from "@permanence/people";
import { sql } from "kysely";
import type { NewsKind } from "./agent-news.ts";
import { newsSentence, newsSubject } from "./agent-news-words.ts";
import { accentOf, templateOf } from "./notice.ts";
import { answeringMailbox } from "./own-mailboxes.ts";
import { renderTemplate } from "./template.ts";

export const MAIL_NEWS = "mail-agent-news";
export type MailNews = { deskId: DeskId; agentId: string };

/** One waiting job for each agent. */
export function newsJobKey(agentId: string): string {
  return `news:${agentId}`;
}

/** So many mails within this time; what comes then is told in one, when the time is over. */
const MOST_MAILS = 5;
const WITHIN_MS = 10 * 60_000;
const MOST_IN_A_MAIL = 20;

/** Mails an agent what they wanted by mail and have not seen since. After a few mails in quick succession, the rest waits
 *  and comes in one. */
export async function mailNews(db: Db, world: World, { deskId, agentId }: MailNews): Promise<void> {
  const desk = await deskOf(db, deskId);
  await db.transaction(deskId, async (tx) => {
    const now = world.clock.now();
    const free = await freeAt(tx, deskId, agentId, now);
    if (free > now) {
      addJob(tx, MAIL_NEWS, { deskId, agentId }, { key: newsJobKey(agentId), runAt: free });
      return;
    }
    const agent = await findAgent(tx, deskId, agentId);
    const news = await takeUnmailed(tx, deskId, agentId, now);
    if (agent !== null && news.length > 0) await queueNewsMail(tx, world, desk, agent, news);
  });
}

/** When the next mail may leave: now, or when the fifth last is ten minutes old. */
async function freeAt(tx: Tx, deskId: DeskId, agentId: string, now: Instant): Promise<Instant> {
  const { rows } = await sql<{ mailed_at: Instant }>`
    select distinct mailed_at from agent_news
    where desk_id = ${deskId} and agent_id = ${agentId} and mailed_at > ${instant(now - WITHIN_MS)}
    order by mailed_at desc limit ${MOST_MAILS}`.execute(tx);
  return rows.length < MOST_MAILS ? now : instant(rows.at(-1)!.mailed_at + WITHIN_MS);
}

export type MailedNews = { kind: NewsKind; number: number; subject: string; by: string | null; ticketId: string };

/** Locked until the transaction ends, and marked as mailed if it commits. What was seen meanwhile is no news. */
async function takeUnmailed(tx: Tx, deskId: DeskId, agentId: string, now: Instant): Promise<MailedNews[]> {
  const { rows } = await sql<MailedNews>`
    with taken as (
      update agent_news set mailed_at = ${now}
      where desk_id = ${deskId} and agent_id = ${agentId} and by_mail and mailed_at is null and seen_at is null
      returning kind, ticket_id, made_by, made_at, news_id)
    select n.kind, t.number, t.subject, a.name as by, n.ticket_id as "ticketId"
    from taken n join ticket t on t.desk_id = ${deskId} and t.ticket_id = n.ticket_id
    left join agent a on a.desk_id = ${deskId} and a.agent_id = n.made_by
    order by n.made_at, n.news_id`.execute(tx);
  return rows;
}

async function queueNewsMail(tx: Tx, world: World, desk: Desk, agent: Agent, news: MailedNews[]): Promise<void> {
  const { language } = agent;
  const site = world.site?.url ?? "";
  const told = news
    .slice(0, MOST_IN_A_MAIL)
    .map((each) => `- ${newsSentence(each, language)}\n  ${site}/tickets/${each.ticketId}`);
  if (news.length > MOST_IN_A_MAIL) told.push(`- + ${news.length - MOST_IN_A_MAIL}`);
  const values = {
    ...{ name: agent.name, deskName: desk.name, link: `${site}/settings/notifications` },
    ...{ summary: newsSubject(desk.name, news, language), list: told.join("\n") },
  };
  const look = { language, deskName: desk.name, accent: accentOf(desk) };
  await queueMail(tx, world, desk.deskId, {
    ...{ purpose: "alert", ticketId: null, contactId: null, replyToken: null, inReplyTo: null, references: [] },
    mailbox: answeringMailbox(desk, []),
    fromName: desk.name,
    to: { address: agent.email, name: agent.name },
    ...renderTemplate(templateOf(desk, "news", language), values, look),
    html: null, // Plain text: it is a line and a link.
    ...{ language, automatic: "auto-generated", requestMdn: false },
  });
}
