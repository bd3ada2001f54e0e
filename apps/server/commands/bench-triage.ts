import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { defineCommand, wholeNumber } from "../command.ts";

/** Beside the project, as PERMANENCE_EVAL says otherwise. */
const BESIDE = join(import.meta.dirname, "../../../../shared/eval");

export const command = defineCommand({
  name: "bench triage",
  summary: "Measure how well mails are classified, and how fast.",
  description:
    "Scores the model on the project's own cases, which it never learned from; measures how many mails a second one core classifies; and, where the " +
    "folder of evaluation sets has a ticket-priority.json, cross-validates a model of the same kind on it: rules and words, linear, its thresholds chosen within each training part.",
  uses: { data: false, desk: false },
  options: {
    messages: { type: "string", value: "N", default: "20000", description: "How many mails are classified for speed." },
    eval: {
      type: "string",
      value: "DIR",
      description: "The folder of evaluation sets (PERMANENCE_EVAL, else ../shared/eval beside the project).",
    },
  },
  async run({ values, environment, json, print, printJson }) {
    const messages = wholeNumber(values.messages, "messages", { min: 100, max: 10_000_000 });
    const { benchSpeed, scoreCases } = await import("../bench/triage-bench.ts");
    const { loadCases, loadLaterCases } = await import("@permanence/triage");
    const speed = benchSpeed(messages);
    const [cases, later] = [scoreCases(loadCases()), scoreCases(loadLaterCases())];
    const file = join(resolve(values.eval ?? environment["PERMANENCE_EVAL"] ?? BESIDE), "ticket-priority.json");
    const { crossValidate } = await import("../bench/triage-folds.ts");
    const others = existsSync(file) ? crossValidate(file) : null;
    if (json) {
      printJson({ cases, later, speed, others });
      return 0;
    }
    for (const [name, figures] of [
      ["Own cases, written before the model", cases],
      ["Later cases, about other things", later],
    ] as const) {
      print(`${name}: ${figures.cases}`);
      print(`  weighted kappa     ${figures.kappa}`);
      print(
        `  urgent, recall     ${figures.urgentRecall}; ${figures.urgentRecallWithLink} with the link in the notice`,
      );
      print(`  urgent, precision  ${figures.urgentPrecision}`);
      print(`  right              ${figures.accuracy}, ${figures.toBeClassified} left to be classified`);
    }
    print(
      `Speed: ${speed.perSecond} mails/s on one core; ${speed.residentMb} MB resident, ${speed.grownMb} MB more than before`,
    );
    if (others === null) print(`No ${file}: nothing to cross-validate.`);
    else {
      print(`${file}: ${others.tickets} tickets, ${others.folds} folds, ${others.seeds} divisions`);
      for (const { name, macroF1, accuracy, highAsLow } of others.models)
        print(`  ${name}: macro-F1 ${macroF1}, right ${accuracy}, high read as low ${highAsLow}`);
    }
    return 0;
  },
});
