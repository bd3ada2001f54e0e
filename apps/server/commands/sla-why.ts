import { defineCommand } from "../command.ts";
import { readConfiguration } from "../configuration.ts";
import { Refusal } from "../refusal.ts";

export const command = defineCommand({
  name: "sla why",
  summary: "Explain each clock of a ticket: its start, what counted, what stopped it, how strong the proof is.",
  usage: "TICKET",
  description: "TICKET is a ticket's number, or its id.",
  uses: { data: true, desk: true },
  options: {
    language: { type: "string", value: "L", description: "Of the sentences: fr, nl or en (the desk's own)." },
  },
  arguments: { min: 1, max: 1 },
  async run({ dataDir, environment, positionals, values, desk, json, print, printJson, report }) {
    const { accountWords, explainClocks, findTicketByName } = await import("@permanence/tickets");
    const { deskOf } = await import("@permanence/people");
    const { systemClock } = await import("@permanence/kernel");
    const { chooseDesk } = await import("../chosen-desk.ts");
    const { openInstallation } = await import("../installation.ts");
    const { drawClock } = await import("../sla/clock-picture.ts");

    const { db, close } = await openInstallation(readConfiguration(dataDir, environment), report);
    try {
      const deskId = await chooseDesk(db, desk);
      const { settings } = await deskOf(db, deskId);
      const { language = settings.languages[0]! } = values;
      if (!settings.languages.includes(language))
        throw new Refusal(`"${language}" is none of this desk's languages: ${settings.languages.join(", ")}.`);
      const [reader, now] = [{ timeZone: settings.timeZone, language }, systemClock.now()];
      const explained = await db.transaction(deskId, async (tx) => {
        const ticketId = await findTicketByName(tx, deskId, positionals[0]!);
        return ticketId === null ? null : explainClocks(tx, deskId, ticketId, now, reader);
      });
      if (explained === null) throw new Refusal(`This desk has no ticket "${positionals[0]}".`);
      if (json) printJson(explained);
      else {
        print(explained.asOf);
        for (const clock of explained.items) {
          for (const line of ["", clock.title, ...drawClock(clock, now, accountWords(language))]) print(line);
          for (const sentence of clock.sentences) print(`- ${sentence}`);
        }
      }
      return 0;
    } finally {
      await close();
    }
  },
});
