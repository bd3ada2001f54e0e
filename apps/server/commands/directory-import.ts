import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { defineCommand } from "../command.ts";
import { readConfiguration } from "../configuration.ts";
import { Refusal } from "../refusal.ts";

export const command = defineCommand({
  name: "directory import",
  summary: "Show what a file of organisations and contacts (CSV) would change; with --apply, change it.",
  usage: "FILE",
  description:
    "The columns are organisation, organisation_external_id, domains, language, contract, name, emails, phone, contact_external_id and sees (own or organisation); " +
    "an empty cell leaves what is there. Lines that are refused are left out, all others are taken over in one transaction.",
  uses: { data: true, desk: true },
  options: {
    agent: {
      type: "string",
      value: "E",
      description: "In whose name: an agent's address. What their role may not say is refused.",
    },
    apply: { type: "boolean", description: "Take the file over." },
  },
  arguments: { min: 1, max: 1 },
  async run({ dataDir, environment, positionals, values, desk: slug, json, print, printJson, report }) {
    if (values.agent === undefined)
      throw new Refusal("Give --agent E-MAIL: it is kept who took customers over. Nothing was changed.", 2);
    const { addImport, applyImport, countsOf, deskOf, findAgentByEmail, mayDo, previewDirectory, shownLine } =
      await import("@permanence/people");
    const { systemClock, systemRandom } = await import("@permanence/kernel");
    const { chooseDesk } = await import("../chosen-desk.ts");
    const { openInstallation } = await import("../installation.ts");

    const path = positionals[0]!;
    const file = await readFile(path).catch((error: Error) => {
      throw new Refusal(`${path} cannot be read: ${error.message}. Nothing was changed.`);
    });
    const { db, close } = await openInstallation(readConfiguration(dataDir, environment), report);
    try {
      const desk = await deskOf(db, await chooseDesk(db, slug));
      const { deskId } = desk;
      const world = { clock: systemClock, random: systemRandom };
      const agent = await db.transaction(deskId, (tx) => findAgentByEmail(tx, deskId, values.agent!.toLowerCase()));
      if (agent === null)
        throw new Refusal(`Nobody with the address "${values.agent}" works at this desk. Nothing was changed.`);
      const may = (permission: "customers" | "domains" | "promises") => mayDo(agent.role, permission);
      if (!may("customers"))
        throw new Refusal(`With the role "${agent.role}" nobody may change customers. Nothing was changed.`);
      const rights = { domains: may("domains"), promises: may("promises") };

      const shown = await db.transaction(deskId, (tx) => previewDirectory(tx, desk, file, rights, systemClock.now()));
      if ("mistake" in shown) throw new Refusal(`${shown.mistake} Nothing was changed (line ${shown.line}).`);
      const counts = countsOf(shown.lines);
      if (values.apply) {
        const giver = { file, fileName: basename(path), agentId: agent.id, rights };
        const id = await db.transaction(deskId, (tx) => addImport(tx, world, desk, giver));
        const outcome = typeof id === "string" ? await applyImport(db, world, desk, id, giver) : "changed";
        if (outcome !== "done")
          throw new Refusal("The customers changed while the file was read. Nothing was taken over: try again.");
      }
      if (json) printJson({ applied: values.apply ?? false, counts, lines: shown.lines.map(shownLine) });
      else {
        for (const line of shown.lines.filter(({ outcome }) => outcome !== "unchanged")) print(lineText(line));
        const { made, changed, unchanged, refused } = counts;
        print(`${made} made, ${changed} changed, ${unchanged} unchanged, ${refused} refused.`);
        if (!values.apply) print("Nothing was changed yet: run it again with --apply.");
      }
      return counts.refused > 0 ? 1 : 0;
    } finally {
      await close();
    }
  },
});

type Line = {
  line: number;
  outcome: string;
  organisation: string | null;
  contact: string | null;
  changes: { of: string; field: string; from: string | null; to: string }[];
  reason: string | null;
};

function lineText({ line, outcome, organisation, contact, changes, reason }: Line): string {
  const who = [contact, organisation].filter((name) => name !== null).join(", ");
  const what = changes.map(({ of, field, from, to }) => `${of} ${field}: ${from === null ? "" : `${from} → `}${to}`);
  return `Line ${line}: ${outcome}${who === "" ? "" : ` (${who})`}. ${reason ?? what.join("; ")}`;
}
