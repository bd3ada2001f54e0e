import { defineCommand } from "../command.ts";
import { readConfiguration } from "../configuration.ts";
import { Refusal } from "../refusal.ts";

export const command = defineCommand({
  name: "mailbox show",
  summary: "Show what is in a mailbox whose mail is fetched by IMAP, and what would be taken.",
  usage: "ADDRESS",
  uses: { data: true, desk: false },
  description:
    "Connects to the mailbox's IMAP server and changes nothing there. What is older than `since` in desk.yaml is left " +
    "where it is; without a date, only what comes after the mailbox was first opened is taken.",
  options: {},
  arguments: { min: 1, max: 1 },
  async run({ dataDir, environment, positionals, json, print, printJson, report }) {
    const { describeImapFailure, surveyMailbox } = await import("@permanence/mail");
    const { findFetchedMailboxes } = await import("@permanence/people");
    const { systemClock } = await import("@permanence/kernel");
    const { imapPasswordOf } = await import("../imap-passwords.ts");
    const { openInstallation } = await import("../installation.ts");
    const { describeSurvey, surveyAsJson } = await import("../mailbox-survey.ts");

    const configuration = readConfiguration(dataDir, environment);
    const address = positionals[0]!.toLowerCase();
    const { db, close } = await openInstallation(configuration, report);
    try {
      const mailbox = (await findFetchedMailboxes(db)).find((each) => each.address === address);
      if (!mailbox)
        throw new Refusal(`No desk fetches mail of ${address} by IMAP: name its server in desk.yaml, and apply it.`);
      const passwordOf = (name: string) => imapPasswordOf(configuration.imapPasswords, name);
      const options = { db, passwordOf, now: systemClock.now(), maxSizeBytes: configuration.maxMailBytes };
      const survey = await surveyMailbox(mailbox, options).catch((error: unknown) => {
        const { sentence, advice } = describeImapFailure(error, mailbox.imap);
        throw new Refusal(`${sentence} ${advice}`);
      });
      if (json) printJson(surveyAsJson(mailbox, survey));
      else for (const line of describeSurvey(mailbox, survey)) print(line);
      return 0;
    } finally {
      await close();
    }
  },
});
