import { defineCommand } from "../command.ts";
import { readConfiguration } from "../configuration.ts";
import { Refusal } from "../refusal.ts";

export const command = defineCommand({
  name: "ticket erase",
  summary: "Erase what a ticket holds of people, for good, as the law may demand. Its clocks and their proof stay.",
  usage: "TICKET",
  description:
    "TICKET is a ticket's number, or its id. Words, names, addresses, attachments and mails go; when things happened stays, and the chain still verifies. The reason is kept on record.",
  uses: { data: true, desk: true },
  options: {
    reason: { type: "string", value: "TEXT", description: "Required: why, without naming anybody." },
  },
  arguments: { min: 1, max: 1 },
  async run({ dataDir, environment, positionals, values, desk: slug, json, print, printJson, report }) {
    const reason = values.reason?.trim();
    if (!reason) throw new Refusal("Give --reason: it is kept on record. Nothing was erased.", 2);
    const { eraseTicket, findTicketByName } = await import("@permanence/tickets");
    const { systemClock, systemRandom } = await import("@permanence/kernel");
    const { chooseDesk } = await import("../chosen-desk.ts");
    const { openInstallation } = await import("../installation.ts");

    const { db, close } = await openInstallation(readConfiguration(dataDir, environment), report);
    try {
      const deskId = await chooseDesk(db, slug);
      const world = { clock: systemClock, random: systemRandom };
      const isErased = await db.transaction(deskId, async (tx) => {
        const ticketId = await findTicketByName(tx, deskId, positionals[0]!);
        return ticketId !== null && eraseTicket(tx, world, deskId, ticketId, { actor: "desk", reason });
      });
      if (!isErased) throw new Refusal(`This desk has no ticket "${positionals[0]}". Nothing was erased.`);
      if (json) printJson({ erased: positionals[0] });
      else print(`The contents of ticket ${positionals[0]} are erased. Its clocks and its chain stay.`);
      return 0;
    } finally {
      await close();
    }
  },
});
