import { defineCommand, wholeNumber } from "../command.ts";

export const command = defineCommand({
  name: "bench outbox",
  summary: "Measure what mails cost that wait for a relay, and how fast they go once it is back.",
  description:
    "Fills databases in folders that are removed afterwards with 100 waiting mails of 8 kB, then with many; without a relay first, " +
    "then with one that takes everything. Memory is what this process takes beyond what it took before.",
  uses: { data: false, desk: false },
  options: {
    mails: { type: "string", value: "N", default: "100000", description: "How many mails wait the second time." },
  },
  async run({ values, json, print, printJson, report }) {
    const mails = wholeNumber(values.mails, "mails", { min: 100, max: 1_000_000 });
    const { benchOutbox } = await import("../bench/outbox-bench.ts");

    const result = await benchOutbox([100, mails], report);
    if (json) printJson(result);
    else
      for (const { waiting, darkMb, sendingMb, perSecond } of result.runs)
        print(
          `  ${waiting} waiting: ${darkMb} MB without a relay, ${sendingMb} MB while they go, ${perSecond} mails/s`,
        );
    return 0;
  },
});
