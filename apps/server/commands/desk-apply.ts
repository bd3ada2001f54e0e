import { resolve } from "node:path";
import { defineCommand } from "../command.ts";
import { readConfiguration } from "../configuration.ts";
import { Refusal } from "../refusal.ts";

export const command = defineCommand({
  name: "desk apply",
  summary: "Make a desk be what a folder says: desk.yaml and templates/*.md.",
  usage: "DIR",
  description:
    "Makes the desk, or changes the one of that slug, whole or not at all; the same folder again changes nothing. " +
    "What the file says of a policy or a calendar as before stays, also where somebody changed it by the API since; what " +
    "both changed is refused unless forced. A running service follows within five seconds. Every mistake is told with its file and line. " +
    "See examples/whise for a desk.",
  uses: { data: true, desk: false },
  options: {
    force: { type: "boolean", description: "Have the file's policies and calendars, whoever changed them since." },
  },
  arguments: { min: 1, max: 1 },
  async run({ dataDir, environment, positionals, values, json, print, printJson, report, complain }) {
    const { applyDesk, readDeskFolder } = await import("@permanence/people");
    const { TEMPLATES } = await import("@permanence/tickets");
    const { systemClock, systemRandom } = await import("@permanence/kernel");
    const { openInstallation } = await import("../installation.ts");

    const folder = resolve(positionals[0]!);
    const files = await readDeskFolder(folder);
    if (files === null) throw new Refusal(`${folder} has no desk.yaml.`);
    const { db, close } = await openInstallation(readConfiguration(dataDir, environment), report);
    try {
      const applied = await applyDesk(db, { clock: systemClock, random: systemRandom }, files, TEMPLATES, {
        force: values.force,
      });
      if ("errors" in applied) {
        if (json) printJson(applied);
        const mistakes = applied.errors.map(({ place, sentence }) => `${place}: ${sentence}`);
        complain([...mistakes, "Nothing was changed."].join("\n"));
        return 1;
      }
      const { deskId: id, slug, created, changed } = applied;
      if (json) printJson({ id, slug, created, changed });
      else if (created) print(`Made the desk ${slug}.`);
      else print(changed.length === 0 ? `Nothing to change in ${slug}.` : `Changed in ${slug}: ${changed.join(", ")}.`);
      return 0;
    } finally {
      await close();
    }
  },
});
