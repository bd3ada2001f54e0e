import { defineCommand } from "../command.ts";
import { readConfiguration } from "../configuration.ts";
import { Refusal } from "../refusal.ts";

const PRIORITIES = ["urgent", "high", "normal", "low"] as const;

export const command = defineCommand({
  name: "duty who",
  summary: "Say who is on duty for a priority, and until when.",
  description:
    'By the rotas, overrides and swaps as they are now. With --json: {"agent": {"email", "name"} | null, "until"}; until is when that changes, and null where it does not within a year.',
  uses: { data: true, desk: true },
  options: {
    at: { type: "string", value: "INSTANT", description: "As 2026-12-25T02:00:00Z; now where it is left out." },
    priority: { type: "string", value: "P", default: "urgent", description: "urgent, high, normal or low." },
  },
  async run({ dataDir, environment, values, desk: slug, json, print, printJson, report }) {
    const { whoIsOnDuty } = await import("@permanence/duty");
    const { deskOf } = await import("@permanence/people");
    const { fromIso, systemClock } = await import("@permanence/kernel");
    const { chooseDesk } = await import("../chosen-desk.ts");
    const { openInstallation } = await import("../installation.ts");

    const priority = PRIORITIES.find((each) => each === values.priority);
    if (priority === undefined)
      throw new Refusal(`--priority must be one of ${PRIORITIES.join(", ")}, not "${values.priority}".`, 2);
    const at = values.at === undefined ? systemClock.now() : fromIso(values.at);
    if (at === null) throw new Refusal(`--at must be an instant such as 2026-12-25T02:00:00Z, not "${values.at}".`, 2);
    const { db, close } = await openInstallation(readConfiguration(dataDir, environment), report);
    try {
      const deskId = await chooseDesk(db, slug);
      const desk = await deskOf(db, deskId);
      const { rota, agent, until } = await db.transaction(deskId, (tx) => whoIsOnDuty(tx, desk, priority, at));
      if (json) printJson({ agent: agent && { email: agent.email, name: agent.name }, until });
      else if (rota === null) print(`No rota has the priority ${priority}: leads and admins are called.`);
      else if (agent === null) print(`Nobody is on duty${until === null ? " within a year" : ` until ${until}`}.`);
      else print(`${agent.name} <${agent.email}>${until === null ? "" : ` until ${until}`}`);
      return 0;
    } finally {
      await close();
    }
  },
});
