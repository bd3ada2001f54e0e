import { join, resolve } from "node:path";
import { defineCommand } from "../command.ts";

/** Beside the project, as PERMANENCE_CORPORA says otherwise. */
const BESIDE = join(import.meta.dirname, "../../../../shared/corpora");

export const command = defineCommand({
  name: "bench mail-corpora",
  summary: "Score how collections of real mail are read.",
  description:
    "Reads bounces, ordinary messages and replies of a folder of corpora, which is no part of the project, and compares with " +
    "what the corpora say: per recipient of a bounce its status and whether the address is bad for good, no report in " +
    "ordinary mail, and what a person newly wrote. Each score comes with the list of its misses. Prints JSON where standard output is no terminal.",
  uses: { data: false, desk: false },
  options: {
    corpora: {
      type: "string",
      value: "DIR",
      description: "The folder (PERMANENCE_CORPORA, else ../shared/corpora beside the project).",
    },
  },
  async run({ values, environment, json, print, printJson }) {
    const { benchCorpora } = await import("../bench/corpora-bench.ts");
    const { describeScores } = await import("../bench/corpora-report.ts");

    const scores = await benchCorpora(resolve(values.corpora ?? environment["PERMANENCE_CORPORA"] ?? BESIDE));
    if (json || !process.stdout.isTTY) printJson(scores);
    else for (const line of describeScores(scores)) print(line);
    return 0;
  },
});
