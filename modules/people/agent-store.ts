import type { DeskId, Tx } from "@permanence/database";
import { newId, type World } from "@permanence/kernel";
import { laterInName, type NamePage } from "./name-page.ts";
import type { Role } from "./people-tables.ts";

/** A person of the desk, as everybody there may know them. */
export type Agent = { id: string; name: string; email: string; role: Role; language: string };

type NewAgent = Omit<Agent, "id">;

/** Adds an agent; null when the desk has one with this e-mail address (in lower case) already. */
export async function addAgent(tx: Tx, world: World, deskId: DeskId, agent: NewAgent): Promise<Agent | null> {
  const { email, name, role, language } = agent;
  const added = await tx
    .insertInto("agent")
    .values({
      ...{ desk_id: deskId, agent_id: newId(world), email, name, role, language },
      ...{ created_at: world.clock.now(), disabled_at: null },
    })
    .onConflict((conflict) => conflict.columns(["desk_id", "email"]).doNothing())
    .returning(AGENT_COLUMNS)
    .executeTakeFirst();
  return added ?? null;
}

/** Nobody who was disabled is found. `email` is in lower case. */
export async function findAgentByEmail(tx: Tx, deskId: DeskId, email: string): Promise<Agent | null> {
  return (await selectAgents(tx, deskId).where("email", "=", email).executeTakeFirst()) ?? null;
}

/** Nobody who was disabled is found. */
export async function findAgent(tx: Tx, deskId: DeskId, agentId: string): Promise<Agent | null> {
  return (await selectAgents(tx, deskId).where("agent_id", "=", agentId).executeTakeFirst()) ?? null;
}

/** Those who work at the desk now, by name; all of them where no page is asked for. */
export async function listAgents(tx: Tx, deskId: DeskId, page?: NamePage): Promise<Agent[]> {
  return await selectAgents(tx, deskId)
    .$if(page?.after !== undefined, (query) => query.where(laterInName("agent_id", page!.after!)))
    .$if(page !== undefined, (query) => query.limit(page!.limit))
    .orderBy("name")
    .orderBy("agent_id")
    .execute();
}

export async function setAgentLanguage(tx: Tx, deskId: DeskId, agentId: string, language: string): Promise<void> {
  await tx
    .updateTable("agent")
    .set({ language })
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .execute();
}

export const AGENT_COLUMNS = [
  "agent.agent_id as id",
  "agent.name",
  "agent.email",
  "agent.role",
  "agent.language",
] as const;

function selectAgents(tx: Tx, deskId: DeskId) {
  return tx.selectFrom("agent").select(AGENT_COLUMNS).where("desk_id", "=", deskId).where("disabled_at", "is", null);
}
