import type { DeskId, Tx } from "@permanence/database";
import type { ColumnType } from "kysely";

/** How an agent writes: for how long what they send can be taken back, and how they sign, by language. */
export type AgentWriting = { undoSeconds: number; signatures: Record<string, string>; version: number };

declare module "@permanence/database" {
  interface Tables {
    agent_writing: {
      desk_id: DeskId;
      agent_id: string;
      undo_seconds: number;
      signatures: ColumnType<Record<string, string>, string, string>;
      version: number;
    };
  }
}

const USUAL_UNDO_SECONDS = 10;

export async function findWriting(tx: Tx, deskId: DeskId, agentId: string): Promise<AgentWriting> {
  const row = await tx
    .selectFrom("agent_writing")
    .select(["undo_seconds as undoSeconds", "signatures", "version"])
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .executeTakeFirst();
  return row ?? { undoSeconds: USUAL_UNDO_SECONDS, signatures: {}, version: 0 };
}

/** Whoever saves has looked at the version. */
export async function saveWriting(
  tx: Tx,
  deskId: DeskId,
  agentId: string,
  { undoSeconds, signatures, version }: AgentWriting,
): Promise<void> {
  const row = { undo_seconds: undoSeconds, signatures: JSON.stringify(signatures), version };
  await tx
    .insertInto("agent_writing")
    .values({ desk_id: deskId, agent_id: agentId, ...row })
    .onConflict((conflict) => conflict.columns(["desk_id", "agent_id"]).doUpdateSet(row))
    .execute();
}
