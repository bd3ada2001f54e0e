import type { DeskId, Tx } from "@permanence/database";
import { sql } from "kysely";
import type { NewsChoices } from "./agent-news.ts";

export type AgentChoices = { news: NewsChoices; keys: { enabled?: boolean; keys?: Record<string, string> } };

/** What those of the agents who work here chose; whoever chose nothing is there too. */
export async function findChoices(tx: Tx, deskId: DeskId, agentIds: string[]): Promise<Map<string, AgentChoices>> {
  const rows = await tx
    .selectFrom("agent as a")
    .leftJoin("agent_choice as c", (join) =>
      join.onRef("c.desk_id", "=", "a.desk_id").onRef("c.agent_id", "=", "a.agent_id"),
    )
    .select(["a.agent_id", "c.news", "c.keys"])
    .where("a.desk_id", "=", deskId)
    .where("a.disabled_at", "is", null)
    .where(sql<boolean>`a.agent_id = any(${agentIds}::uuid[])`)
    .orderBy("a.agent_id")
    .execute();
  return new Map(rows.map(({ agent_id, news, keys }) => [agent_id, { news: news ?? {}, keys: keys ?? {} }]));
}

export async function saveChoices(
  tx: Tx,
  deskId: DeskId,
  agentId: string,
  { news, keys }: Partial<AgentChoices>,
): Promise<void> {
  const changed = {
    ...(news && { news: JSON.stringify(news) }),
    ...(keys && { keys: JSON.stringify(keys) }),
  };
  await tx
    .insertInto("agent_choice")
    .values({ desk_id: deskId, agent_id: agentId, ...changed })
    .onConflict((conflict) => conflict.columns(["desk_id", "agent_id"]).doUpdateSet(changed))
    .execute();
}
