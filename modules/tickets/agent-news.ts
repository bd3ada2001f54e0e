import { addJob, announce, type Db, type DeskId, type Tx } from "@permanence/database";
import { type Instant, newId, type World } from "@permanence/kernel";
import { type ColumnType, type Generated, sql } from "kysely";
import type { TicketEvent } from "./event-chain.ts";
import { MAIL_NEWS, newsJobKey } from "./agent-news-mail.ts";
import { findChoices } from "./agent-choice-store.ts";
import { findTeamMembers } from "./team-store.ts";
import type { TicketRow } from "./ticket-tables.ts";

export const NEWS_KINDS = ["assigned", "team", "reply", "mention", "breach-near"] as const;
export type NewsKind = (typeof NEWS_KINDS)[number];

/** By which ways an agent is told of one kind of news. */
export type NewsWays = { page: boolean; mail: boolean };
export type NewsChoices = Partial<Record<NewsKind, NewsWays>>;

/** Where an agent chose nothing: all is shown; what waits for them alone is mailed too. */
export const USUAL_WAYS: Record<NewsKind, NewsWays> = {
  assigned: { page: true, mail: true },
  team: { page: true, mail: false },
  reply: { page: true, mail: false },
  mention: { page: true, mail: true },
  "breach-near": { page: true, mail: true },
};

export type AgentNewsRow = {
  desk_id: DeskId;
  agent_id: string;
  news_id: string;
  kind: NewsKind;
  ticket_id: string;
  made_by: string | null;
  made_at: Instant;
  in_page: boolean;
  by_mail: boolean;
  seen_at: Generated<Instant | null>;
  mailed_at: Generated<Instant | null>;
};

declare module "@permanence/database" {
  interface Tables {
    agent_news: AgentNewsRow;
    agent_choice: {
      desk_id: DeskId;
      agent_id: string;
      news: ColumnType<NewsChoices, string | undefined, string>;
      keys: ColumnType<KeyChoicesJson, string | undefined, string>;
    };
  }
}
type KeyChoicesJson = { enabled?: boolean; keys?: Record<string, string> };

/** Something that agents are to be told of. */
export type News = {
  kind: NewsKind;
  agentIds: string[];
  ticketId: string;
  /** The agent whose doing it is, who needs not be told; null: the customer's or the desk's. */
  by: string | null;
  /** Told under the same id again, it is told once; a new one where it is missing. */
  newsId?: string;
};

/** Tells agents of something, each by the ways that they chose, if the transaction commits: in the page at once, by mail
 *  through a job that gathers what comes in quick succession. Whoever did it, or is no agent any more, is not told. */
export async function notifyAgents(
  world: World,
  tx: Tx,
  deskId: DeskId,
  { kind, agentIds, ticketId, by, newsId = newId(world) }: News,
): Promise<void> {
  const wanted = [...new Set(agentIds)].filter((id) => id !== by);
  if (wanted.length === 0) return;
  const choices = await findChoices(tx, deskId, wanted);
  const made_at = world.clock.now();
  const rows = [...choices].flatMap(([agent_id, { news }]) => {
    const { page: in_page, mail: by_mail } = news[kind] ?? USUAL_WAYS[kind];
    if (!in_page && !by_mail) return [];
    return [
      { desk_id: deskId, agent_id, news_id: newsId, kind, ticket_id: ticketId, made_by: by, made_at, in_page, by_mail },
    ];
  });
  if (rows.length === 0) return;
  const added = await tx
    .insertInto("agent_news")
    .values(rows)
    .onConflict((conflict) => conflict.columns(["desk_id", "agent_id", "news_id"]).doNothing())
    .returning(["agent_id", "by_mail"])
    .execute();
  for (const { agent_id: agentId, by_mail } of added) {
    announce(tx, deskId, { type: "news", agentId });
    if (by_mail) addJob(tx, MAIL_NEWS, { deskId, agentId }, { key: newsJobKey(agentId) });
  }
}

/** What a change of a ticket is news of: to whom is known once the job looks. */
export type TicketNews = { kind: NewsKind; to: { agentId: string } | { teamId: string }; by: string | null };

const BREACH_NEAR_FROM_PERCENT = 75;

/** What the events of one change say to agents. Pure. */
export function newsOf(events: readonly TicketEvent[], { assignee_id }: Pick<TicketRow, "assignee_id">): TicketNews[] {
  const isNew = events.some(({ type }) => type === "registered");
  const news: TicketNews[] = [];
  const tell = (kind: NewsKind, to: TicketNews["to"], actor: string) => news.push({ kind, to, by: agentOf(actor) });
  for (const { type, actor, data } of events) {
    const to = (data?.["to"] as { id?: string } | null | undefined)?.id;
    if (type === "assigned" && to === assignee_id && to) tell("assigned", { agentId: to }, actor);
    else if (type === "team" && to) tell("team", { teamId: to }, actor);
    else if (assignee_id === null) continue;
    else if (type === "message" && data?.["kind"] === "customer" && !isNew)
      tell("reply", { agentId: assignee_id }, actor);
    else if (type === "warned" && Number(data?.["percent"]) >= BREACH_NEAR_FROM_PERCENT)
      tell("breach-near", { agentId: assignee_id }, actor);
  }
  const byMeaning = new Map(news.map((each) => [JSON.stringify(each), each])); // Of two clocks warned at once, one word.
  return [...byMeaning.values()].filter(({ to, by }) => !("agentId" in to) || to.agentId !== by);
}

function agentOf(actor: string): string | null {
  return actor.startsWith("agent:") ? actor.slice("agent:".length) : null;
}

export const TELL_AGENTS = "tell-agents";

export type TellAgents = TicketNews & { deskId: DeskId; ticketId: string; newsId: string };

/** Whom it concerns is looked up apart, so that no change of a ticket waits for it. */
export function addNewsJob(tx: Tx, world: World, { desk_id, ticket_id }: TicketRow, news: TicketNews): void {
  const job: TellAgents = { deskId: desk_id, ticketId: ticket_id, newsId: newId(world), ...news };
  addJob(tx, TELL_AGENTS, job);
}

export async function tellAgents(db: Db, world: World, { deskId, to, ...news }: TellAgents): Promise<void> {
  await db.transaction(deskId, async (tx) => {
    const agentIds = "agentId" in to ? [to.agentId] : await findTeamMembers(tx, deskId, to.teamId);
    await notifyAgents(world, tx, deskId, { ...news, agentIds });
  });
}

/** The newest first. */
export async function listNews(tx: Tx, deskId: DeskId, agentId: string, limit: number) {
  return tx
    .selectFrom("agent_news as n")
    .innerJoin("ticket as t", (join) =>
      join.onRef("t.desk_id", "=", "n.desk_id").onRef("t.ticket_id", "=", "n.ticket_id"),
    )
    .leftJoin("agent as a", (join) => join.onRef("a.desk_id", "=", "n.desk_id").onRef("a.agent_id", "=", "n.made_by"))
    .select(["n.news_id", "n.kind", "n.ticket_id", "n.made_at", "n.seen_at", "t.number", "t.subject", "a.name as by"])
    .where("n.desk_id", "=", deskId)
    .where("n.agent_id", "=", agentId)
    .where("n.in_page", "=", true)
    .orderBy("n.made_at", "desc")
    .orderBy("n.news_id", "desc")
    .limit(limit)
    .execute();
}

/** To 1,001 at most. */
export async function countUnseenNews(tx: Tx, deskId: DeskId, agentId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select from agent_news
      where desk_id = ${deskId} and agent_id = ${agentId} and in_page and seen_at is null limit 1001) capped`.execute(
    tx,
  );
  return rows[0]!.count;
}

/** Marks news as seen: those of a ticket, one, or all. */
export async function markNewsSeen(
  tx: Tx,
  deskId: DeskId,
  agentId: string,
  { newsId, ticketId, at }: { newsId?: string; ticketId?: string; at: Instant },
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable("agent_news")
    .set({ seen_at: at })
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .where("seen_at", "is", null)
    .$if(newsId !== undefined, (query) => query.where("news_id", "=", newsId!))
    .$if(ticketId !== undefined, (query) => query.where("ticket_id", "=", ticketId!))
    .executeTakeFirst();
  if (numUpdatedRows > 0n) announce(tx, deskId, { type: "news", agentId });
}
