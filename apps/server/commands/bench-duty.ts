import { defineCommand, wholeNumber } from "../command.ts";

export const command = defineCommand({
  name: "bench duty",
  summary: "Measure how soon an urgent mail pages somebody, and what a flood of similar mails comes to.",
  description:
    "A fresh installation in a folder that is removed afterwards, real SMTP at both ends, and a gateway that takes pages.",
  uses: { data: false, desk: false },
  options: {
    mails: { type: "string", value: "N", default: "400", description: "How many similar mails come." },
    seconds: { type: "string", value: "S", default: "300", description: "Within how long." },
  },
  async run({ values, json, print, printJson, report }) {
    const mails = wholeNumber(values.mails, "mails", { min: 10, max: 100_000 });
    const seconds = wholeNumber(values.seconds, "seconds", { min: 1, max: 3_600 });
    const { benchDuty } = await import("../bench/duty-bench.ts");

    const { single, burst } = await benchDuty(mails, seconds, report);
    if (json) printJson({ single, burst });
    else {
      print(
        `  From 250 to the page: ${single.pageMs.p50} ms, ${single.pageMs.worst} ms at worst (${single.pages} pages)`,
      );
      print(`  ${burst.mails} similar mails in ${burst.seconds} s: ${burst.pages} page, ${burst.incidents} incident`);
      print(
        `  with ${burst.joined} tickets; notices after ${burst.noticeMs.p50} ms, ${burst.noticeMs.worst} ms at worst`,
      );
    }
    return 0;
  },
});
