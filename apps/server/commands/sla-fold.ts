import { defineCommand } from "../command.ts";
import { Refusal } from "../refusal.ts";
import { answerBatch } from "../sla/batch.ts";
import { answerFold } from "../sla/batch-case.ts";

export const command = defineCommand({
  name: "sla fold",
  summary: "Answer how a response clock stands, case by case.",
  description:
    'Reads cases from standard input, one JSON object a line, and answers each by a line, in order: {"receivedAt", "priority", "policy", "events", "now"} gives {"dueAt", "stoppedAt", "outcome"}, by what was known at "now". A case that cannot be answered gives {"error"}, and the others go on.',
  uses: { data: false, desk: false },
  options: { batch: { type: "boolean", description: "Required: cases come by standard input." } },
  async run({ values }) {
    if (!values.batch) throw new Refusal("Give --batch, and cases on standard input, one JSON object a line.");
    await answerBatch(process.stdin, process.stdout, answerFold);
    return 0;
  },
});
