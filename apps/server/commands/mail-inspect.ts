import { openMailReader, openSanitiser, openSenderChecks } from "@permanence/mail";
import { defineCommand } from "../command.ts";
import { type Inspectors, inspectFile } from "../mail-inspection.ts";

/** Files that are read before their turn to be printed: the reader and the sanitiser work side by side. */
const FILES_IN_FLIGHT = 8;

export const command = defineCommand({
  name: "mail inspect",
  summary: "Show how mail files are read: kind, text, what is newly written, attachments, what a report says.",
  usage: "FILE…",
  description: `Prints one JSON object a file, in the order given, whatever the files hold: a mail that cannot be read within the limits has the kind "quarantined" and its reason among the warnings. The HTML is made safe as an agent would see it. What is known of its sender, by its signatures or by a server that is trusted, is in "authentication". Exit code 1 only where a file cannot be opened.`,
  arguments: { min: 1, max: Number.POSITIVE_INFINITY },
  uses: { data: false, desk: false },
  options: {
    languages: {
      type: "string",
      value: "LIST",
      default: "fr,nl,en",
      description: "The languages to tell apart, the default first.",
    },
    trust: {
      type: "string",
      value: "AUTHSERV-ID",
      description: "A server whose Authentication-Results are believed, instead of asking the DNS about signatures.",
    },
  },
  async run({ values, positionals, printJson, complain }) {
    const languages = values.languages.split(",").map((language) => language.trim());
    const trusted = values.trust === undefined ? [] : [values.trust.toLowerCase()];
    const senders = openSenderChecks();
    const inspectors: Inspectors = {
      ...{ reader: openMailReader(), sanitiser: openSanitiser(), languages },
      ...{ senders, trusted },
    };
    try {
      return await inspectFiles(positionals, inspectors, printJson, complain);
    } finally {
      await Promise.all([inspectors.reader.close(), inspectors.sanitiser.close(), senders.close()]);
    }
  },
});

async function inspectFiles(
  files: string[],
  inspectors: Inspectors,
  printJson: (value: unknown) => void,
  complain: (sentence: string) => void,
): Promise<number> {
  const inFlight = files.slice(0, FILES_IN_FLIGHT).map((file) => inspectFile(file, inspectors));
  let exitCode = 0;
  for (let next = FILES_IN_FLIGHT; inFlight.length > 0; next++) {
    const inspection = await inFlight.shift()!;
    if (next < files.length) inFlight.push(inspectFile(files[next]!, inspectors));
    if ("unopened" in inspection) {
      complain(inspection.unopened);
      exitCode = 1;
    } else printJson(inspection);
  }
  return exitCode;
}
