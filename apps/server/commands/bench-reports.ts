import { defineCommand, wholeNumber } from "../command.ts";

export const command = defineCommand({
  name: "bench reports",
  summary: "Measure how long a report takes over so many tickets.",
  description:
    "Fills a database in a folder that is removed afterwards with desks of a hundredth, a tenth and all of the tickets, over " +
    "two years, and reports on each five times: by month, priority, organisation and hour of the week, with distributions.",
  uses: { data: false, desk: false },
  options: {
    tickets: { type: "string", value: "N", default: "1000000", description: "How many tickets the largest desk has." },
  },
  async run({ values, json, print, printJson, report }) {
    const tickets = wholeNumber(values.tickets, "tickets", { min: 100, max: 10_000_000 });
    const { benchReports } = await import("../bench/reports-bench.ts");

    const result = await benchReports([tickets / 100, tickets / 10, tickets].map(Math.floor), report);
    if (json) printJson(result);
    else for (const { tickets: of, medianMs } of result.reports) print(`  ${of} tickets: ${medianMs} ms`);
    return 0;
  },
});
