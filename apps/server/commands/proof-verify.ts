import { readFile } from "node:fs/promises";
import { defineCommand } from "../command.ts";
import { Refusal } from "../refusal.ts";

export const command = defineCommand({
  name: "proof verify",
  summary: "Say whether a proof file holds, byte by byte, and what it says. Exits with 1 when it does not.",
  usage: "FILE",
  description:
    "Needs no database and no network. Give --key to be sure that the desk has signed it: its public key, in hexadecimal, as the desk published it.",
  uses: { data: false, desk: false },
  options: {
    key: { type: "string", value: "KEY", description: "The public key that must have signed it." },
    language: { type: "string", value: "L", default: "en", description: "Of the sentences: fr, nl or en." },
  },
  arguments: { min: 1, max: 1 },
  async run({ positionals, values, json, print, printJson }) {
    const { examinationView, examineProof, PROOF_LANGUAGES } = await import("@permanence/proof");
    const language = PROOF_LANGUAGES.find((each) => each === (values.language ?? "en"));
    if (language === undefined) throw new Refusal(`--language must be one of ${PROOF_LANGUAGES.join(", ")}.`, 2);
    const bytes = await readFile(positionals[0]!).catch((error: NodeJS.ErrnoException) => {
      throw new Refusal(
        `${positionals[0]} cannot be read: ${error.code === "ENOENT" ? "there is no such file" : error.message}.`,
      );
    });
    const key = values.key?.toLowerCase();
    const isMeant = ({ signature }: { signature: { publicKey: string } }) =>
      key === undefined || signature.publicKey === key;
    const view = examinationView(await examineProof(bytes, isMeant), language);
    if (json) printJson(view);
    else {
      print(view.verdict);
      for (const finding of view.findings) print(`${finding.holds ? "✓" : "✗"} ${finding.sentence}`);
      const { proof } = view;
      if (proof !== null) {
        for (const line of ["", `${proof.desk}, ${proof.ticket}, ${proof.madeAt}`]) print(line);
        for (const { title, sentences } of proof.clocks) {
          for (const line of ["", title, ...sentences.map((sentence) => `- ${sentence}`)]) print(line);
        }
      }
    }
    return view.holds ? 0 : 1;
  },
});
