import { defineCommand } from "../command.ts";
import { Refusal } from "../refusal.ts";
import { answerBatch } from "../sla/batch.ts";
import { answerDue } from "../sla/batch-case.ts";

export const command = defineCommand({
  name: "sla explain",
  summary: "Answer when a target is due, case by case.",
  description:
    'Reads cases from standard input, one JSON object a line, and answers each by a line, in order: {"calendar": "always" | {"timeZone", "week", "holidays"}, "startedAt", "budgetMs", "pauses"} gives {"dueAt"}: null where the calendar is never open long enough. A budget that is spent exactly at closing time is due at that instant. A case that cannot be answered gives {"error"}, and the others go on.',
  uses: { data: false, desk: false },
  options: { batch: { type: "boolean", description: "Required: cases come by standard input." } },
  async run({ values }) {
    if (!values.batch) throw new Refusal("Give --batch, and cases on standard input, one JSON object a line.");
    await answerBatch(process.stdin, process.stdout, answerDue);
    return 0;
  },
});
