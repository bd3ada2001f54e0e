import type { DeskId, Tx } from "@permanence/database";
import { z } from "zod";
import { PRIORITIES, type Priority } from "./ticket-tables.ts";

// Two or three questions in plain words, and what their answers make a ticket by the contract's own definitions.

/** Whether the customer's work is stopped; and whether there is a way around. */
export const STOPPED = ["stopped", "hurt", "no"] as const;
export const AROUND = ["no", "partly", "yes"] as const;
export const KIND = ["fault", "question", "wish"] as const;

const priority = z.enum(PRIORITIES, `must be one of ${PRIORITIES.join(", ")}`);
const byWayAround = z.strictObject({ no: priority, partly: priority, yes: priority });

/** Each combination of answers gives one priority: the table has a place for each. */
export const triageTableSchema = z.strictObject({
  question: priority,
  wish: priority,
  fault: z.strictObject({ stopped: byWayAround, hurt: byWayAround, no: byWayAround }),
});
export type TriageTable = z.output<typeof triageTableSchema>;

export const triageAnswersSchema = z.strictObject({
  kind: z.enum(KIND).default("fault"),
  stopped: z.enum(STOPPED).default("no"),
  around: z.enum(AROUND).default("yes"),
});
export type TriageAnswers = z.output<typeof triageAnswersSchema>;

/** The contract's words: interrupted or gravely affected without a workaround is urgent; important parts harmed, with a
 *  partial workaround or none, is high; a general problem is normal; a question or a change is low. */
const STANDARD_TABLE: TriageTable = {
  question: "low",
  wish: "low",
  fault: {
    stopped: { no: "urgent", partly: "high", yes: "high" },
    hurt: { no: "urgent", partly: "high", yes: "normal" },
    no: { no: "normal", partly: "normal", yes: "normal" },
  },
};

export function priorityFor(table: TriageTable, { kind, stopped, around }: TriageAnswers): Priority {
  return kind === "fault" ? table.fault[stopped][around] : table[kind];
}

export async function findTriageTable(tx: Tx, deskId: DeskId): Promise<{ table: TriageTable; version: number }> {
  const row = await tx
    .selectFrom("triage_desk")
    .select(["questions", "questions_version"])
    .where("desk_id", "=", deskId)
    .executeTakeFirst();
  return { table: row?.questions ?? STANDARD_TABLE, version: row?.questions_version ?? 0 };
}

export async function saveTriageTable(tx: Tx, deskId: DeskId, table: TriageTable): Promise<void> {
  const questions = JSON.stringify(table);
  await tx
    .insertInto("triage_desk")
    .values({ desk_id: deskId, questions, questions_version: 1 })
    .onConflict((conflict) =>
      conflict
        .column("desk_id")
        .doUpdateSet((is) => ({ questions, questions_version: is("triage_desk.questions_version", "+", 1) })),
    )
    .execute();
}
