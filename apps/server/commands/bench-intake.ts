import { defineCommand, wholeNumber } from "../command.ts";

export const command = defineCommand({
  name: "bench intake",
  summary: "Measure mail in, ticket registered, notice out.",
  description:
    "Starts a fresh installation in a folder that is removed afterwards, sends it real mail by SMTP (2 to 200 kB, median 8, " +
    "in three languages) and takes its notices: first as fast as it can, then at half that rate. Exits with 1 where a " +
    "mail that was accepted has no ticket or no notice.",
  uses: { data: false, desk: false },
  options: {
    messages: {
      type: "string",
      value: "N",
      default: "5000",
      description: "How many mails at full speed; half as many follow.",
    },
    connections: { type: "string", value: "N", default: "16", description: "Over how many connections at once." },
  },
  async run({ values, json, print, printJson, report, complain }) {
    const messages = wholeNumber(values.messages, "messages", { min: 10, max: 1_000_000 });
    const connections = wholeNumber(values.connections, "connections", { min: 1, max: 100 });
    const { benchIntake } = await import("../bench/intake-bench.ts");
    const { describeBench, lossesOf } = await import("../bench/bench-report.ts");

    const result = await benchIntake({ messages, connections, report });
    if (json) printJson(result);
    else for (const line of describeBench(result)) print(line);
    const losses = lossesOf(result);
    for (const sentence of losses) complain(sentence);
    return losses.length === 0 ? 0 : 1;
  },
});
