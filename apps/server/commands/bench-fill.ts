import { defineCommand, wholeNumber } from "../command.ts";
import { readConfiguration } from "../configuration.ts";

export const command = defineCommand({
  name: "bench fill",
  summary: "Fill the desk with tickets of two years, to be measured and looked at.",
  description:
    "Five messages each, from 40,000 contacts of 4,000 organisations, in three languages, made of words that say nothing. " +
    "For an installation of its own that has an agent and no tickets, never for one in use.",
  uses: { data: true, desk: true },
  options: {
    tickets: { type: "string", value: "N", default: "1000000", description: "How many tickets." },
    open: { type: "string", value: "N", default: "2000", description: "How many of them are open." },
  },
  async run({ dataDir, environment, desk, values, report }) {
    const tickets = wholeNumber(values.tickets, "tickets", { min: 1, max: 10_000_000 });
    const open = wholeNumber(values.open, "open", { min: 0, max: tickets });
    const { systemClock } = await import("@permanence/kernel");
    const { fillDesk } = await import("../bench/filled-desk.ts");
    const { openInstallation } = await import("../installation.ts");
    const { chooseDesk } = await import("../chosen-desk.ts");

    const { db, close } = await openInstallation(readConfiguration(dataDir, environment), report);
    try {
      await fillDesk(db, await chooseDesk(db, desk), { tickets, open, until: systemClock.now() }, report);
      return 0;
    } finally {
      await close();
    }
  },
});
