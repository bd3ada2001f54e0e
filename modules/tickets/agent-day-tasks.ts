import type { Db, Task } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { TELL_AGENTS, type TellAgents, tellAgents } from "./agent-news.ts";
import { MAIL_NEWS, type MailNews, mailNews } from "./agent-news-mail.ts";
import { WAKE_TICKET, type WakeTicket } from "./snooze.ts";
import { wakeDueTicket } from "./snooze-waking.ts";

/** What comes by itself in an agent's day: tickets that come back, and what agents are told of. */
export function agentDayTasks({ db, world }: { db: Db; world: World }): Record<string, Task> {
  return {
    [WAKE_TICKET]: (job: WakeTicket) => wakeDueTicket(db, world, job),
    [TELL_AGENTS]: (job: TellAgents) => tellAgents(db, world, job),
    [MAIL_NEWS]: (job: MailNews) => mailNews(db, world, job),
  };
}
