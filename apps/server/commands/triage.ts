import { defineCommand } from "../command.ts";
import { Refusal } from "../refusal.ts";

export const command = defineCommand({
  name: "triage",
  summary: "Suggest a priority for mails, with the reasons, mail by mail.",
  description:
    'Reads mails from standard input, one JSON object a line, and answers each by a line, in order: {"subject", "body", "language"?} gives ' +
    '{"priority": "urgent" | "high" | "normal" | "low", "confidence": 0 to 1, "reasons": sentences, "toBeClassified"}. ' +
    "The reasons are in the mail's language: fr, nl or en; any other, or none, and it is found by the text. Where too little is sure, the priority is normal and toBeClassified is true. " +
    'A line that cannot be read gives {"error": "line 3: …"} in its place, the others go on, and the exit code is 1. Takes the weights that come with the program, not what a desk corrected; needs no data folder.',
  uses: { data: false, desk: false },
  options: { batch: { type: "boolean", description: "Required: mails come by standard input." } },
  async run({ values }) {
    if (!values.batch) throw new Refusal("Give --batch, and mails on standard input, one JSON object a line.");
    const { answerBatch } = await import("../sla/batch.ts");
    const { answerMail } = await import("../triage/mail-line.ts");
    const refused = await answerBatch(process.stdin, process.stdout, answerMail, { isNumbered: true });
    return refused === 0 ? 0 : 1;
  },
});
