import { defineCommand } from "../command.ts";
import { readConfiguration } from "../configuration.ts";

const MARKS = { ok: "ok  ", warn: "warn", fail: "FAIL" };

export const command = defineCommand({
  name: "doctor",
  summary: "Check the service, database, desks, mail, relay, disk and clock, and say what to do.",
  description:
    "Looks at the running service where there is one, with the settings that it was started with. " +
    "Exit code 1 where something fails; warnings do not count.",
  uses: { data: true, desk: true },
  options: {
    probe: {
      type: "boolean",
      description: "Send two mails by the relay, and say what it keeps of them; takes up to a minute.",
    },
  },
  async run({ dataDir, environment, desk, values, json, print, printJson }) {
    const { examine } = await import("../doctor/examination.ts");
    const findings = await examine(readConfiguration(dataDir, environment), desk, { probe: values.probe });
    const isWell = findings.every(({ level }) => level !== "fail");
    if (json) {
      printJson({ ok: isWell, findings });
      return isWell ? 0 : 1;
    }
    for (const { level, check, sentence, advice } of findings) {
      print(`${MARKS[level]}  ${check.padEnd(10)}  ${sentence}`);
      if (advice !== null) print(`${" ".repeat(18)}${advice}`);
    }
    return isWell ? 0 : 1;
  },
});
