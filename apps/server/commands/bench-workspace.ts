import { defineCommand, wholeNumber } from "../command.ts";

export const command = defineCommand({
  name: "bench workspace",
  summary: "Measure how long the server takes for what twenty agents open, with so many tickets.",
  description:
    "Fills installations in folders that are removed afterwards, one with a hundredth of the tickets and one with all, five " +
    "messages each and 2,000 open; twenty agents then open queue, views and tickets, one a second each, for a minute.",
  uses: { data: false, desk: false },
  options: {
    tickets: { type: "string", value: "N", default: "1000000", description: "How many tickets the larger one has." },
  },
  async run({ values, json, print, printJson, report }) {
    const tickets = wholeNumber(values.tickets, "tickets", { min: 1_000, max: 10_000_000 });
    const { benchWorkspace } = await import("../bench/workspace-bench.ts");

    const results = await benchWorkspace([Math.ceil(tickets / 100), tickets], report);
    if (json) printJson(results);
    else
      for (const { tickets: of, pages, api, live } of results) {
        print(`  ${of} tickets`);
        for (const [kind, { p50, p95, count }] of Object.entries(pages))
          print(`    page ${kind}: ${p50} ms, p95 ${p95} ms (${count})`);
        for (const [kind, { p50, p95, count }] of Object.entries(api))
          print(`    API ${kind}: ${p50} ms, p95 ${p95} ms (${count})`);
        print(`    on another's screen: ${live.p50} ms, p95 ${live.p95} ms, ${live.worst} ms at worst`);
      }
    return 0;
  },
});
