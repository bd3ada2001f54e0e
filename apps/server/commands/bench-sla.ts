import { defineCommand, wholeNumber } from "../command.ts";

export const command = defineCommand({
  name: "bench sla",
  summary: "Measure how many due times a second one core reckons by a business calendar.",
  description:
    "A Belgian office with ten years of holidays; targets of half an hour to forty hours, at any time of ten years.",
  uses: { data: false, desk: false },
  options: {
    cases: { type: "string", value: "N", default: "1000000", description: "How many due times are reckoned." },
  },
  async run({ values, json, print, printJson }) {
    const cases = wholeNumber(values.cases, "cases", { min: 1_000, max: 100_000_000 });
    const { benchDueTimes } = await import("../bench/sla-bench.ts");
    const result = benchDueTimes(cases);
    if (json) printJson(result);
    else print(`  ${result.dueTimes} due times: ${result.perSecond}/s`);
    return 0;
  },
});
