import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import type { ColumnType } from "kysely";

/** An answer that agents take up into what they write, in the languages that somebody wrote it in. */
export type AnswerRow = {
  desk_id: DeskId;
  answer_id: string;
  name: string;
  texts: Record<string, string>;
  version: number;
  changed_at: Instant;
  changed_by: string;
};

declare module "@permanence/database" {
  interface Tables {
    answer: Omit<AnswerRow, "texts"> & { texts: ColumnType<Record<string, string>, string, string> };
  }
}

/** All of the desk's, by name. */
export async function listAnswers(tx: Tx, deskId: DeskId): Promise<AnswerRow[]> {
  return tx
    .selectFrom("answer")
    .selectAll()
    .where("desk_id", "=", deskId)
    .orderBy("name")
    .orderBy("answer_id")
    .execute();
}

/** Locked until the transaction ends. */
export async function lockAnswer(tx: Tx, deskId: DeskId, answerId: string): Promise<AnswerRow | null> {
  const row = await tx
    .selectFrom("answer")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("answer_id", "=", answerId)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

/** Writes the row, new or as it has become. */
export async function putAnswer(tx: Tx, row: AnswerRow): Promise<void> {
  const written = { ...row, texts: JSON.stringify(row.texts) };
  await tx
    .insertInto("answer")
    .values(written)
    .onConflict((conflict) => conflict.columns(["desk_id", "answer_id"]).doUpdateSet(written))
    .execute();
}

export async function removeAnswer(tx: Tx, deskId: DeskId, answerId: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom("answer")
    .where("desk_id", "=", deskId)
    .where("answer_id", "=", answerId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
