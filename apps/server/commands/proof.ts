import { defineCommand } from "../command.ts";
import { readConfiguration } from "../configuration.ts";
import { Refusal } from "../refusal.ts";

export const command = defineCommand({
  name: "proof",
  summary: "Write the proof of a ticket: all that its clocks are reckoned from, as one signed file.",
  usage: "TICKET",
  description:
    "TICKET is a ticket's number, or its id. The file goes to standard output: permanence proof 12 > proof.json. It holds events, evidence, mails as they came and went, what was promised, and the clocks in sentences.",
  uses: { data: true, desk: true },
  options: {
    language: { type: "string", value: "L", description: "Of the sentences: fr, nl or en (the desk's own)." },
  },
  arguments: { min: 1, max: 1 },
  async run({ dataDir, environment, positionals, values, desk: slug, report }) {
    const { makeProof } = await import("@permanence/proof");
    const { findTicketByName } = await import("@permanence/tickets");
    const { deskOf } = await import("@permanence/people");
    const { systemClock } = await import("@permanence/kernel");
    const { chooseDesk } = await import("../chosen-desk.ts");
    const { openInstallation } = await import("../installation.ts");

    const { db, close } = await openInstallation(readConfiguration(dataDir, environment), report);
    try {
      const desk = await deskOf(db, await chooseDesk(db, slug));
      const { language = desk.settings.languages[0]! } = values;
      if (!desk.settings.languages.includes(language))
        throw new Refusal(`"${language}" is none of this desk's languages: ${desk.settings.languages.join(", ")}.`);
      const proof = await db.transaction(desk.deskId, async (tx) => {
        const ticketId = await findTicketByName(tx, desk.deskId, positionals[0]!);
        return ticketId === null ? null : makeProof(tx, desk, ticketId, { now: systemClock.now(), language });
      });
      if (proof === null) throw new Refusal(`This desk has no ticket "${positionals[0]}".`);
      if (proof === "too-large")
        throw new Refusal("The mails of this ticket have more than 150 MB, too much for one file.");
      await new Promise<void>((done) => process.stdout.write(proof.text, () => done())); // Its very bytes.
      return 0;
    } finally {
      await close();
    }
  },
});
