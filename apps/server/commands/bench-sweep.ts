import { defineCommand, wholeNumber } from "../command.ts";

export const command = defineCommand({
  name: "bench sweep",
  summary: "Measure whether the sweep of due clocks costs the same however many tickets there are.",
  description:
    "Fills databases in folders that are removed afterwards with a hundredth of the tickets, then with all of them, and sweeps " +
    "each: where no clock is due, and where 500 are, which then are breached and warned of.",
  uses: { data: false, desk: false },
  options: {
    tickets: { type: "string", value: "N", default: "1000000", description: "How many tickets the larger desk has." },
  },
  async run({ values, json, print, printJson, report }) {
    const tickets = wholeNumber(values.tickets, "tickets", { min: 5_000, max: 10_000_000 });
    const { benchSweep } = await import("../bench/sweep-bench.ts");

    const result = await benchSweep([Math.max(5_000, Math.floor(tickets / 100)), tickets], report);
    if (json) printJson(result);
    else
      for (const { tickets: of, idleMs, dueMs, dueClocks } of result.sweeps)
        print(`  ${of} tickets: ${idleMs} ms where nothing is due, ${dueMs} ms for ${dueClocks} due clocks`);
    return 0;
  },
});
