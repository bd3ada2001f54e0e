import { defineCommand } from "../command.ts";
import { readConfiguration } from "../configuration.ts";

const NO_LINK =
  "No link was made: no web server of this installation runs, so it would lead nowhere. " +
  "Run this again once `start` does, or set PERMANENCE_PUBLIC_URL, or ask for a --token.";

export const command = defineCommand({
  name: "agent add",
  summary: "Add an agent, and print a sign-in link or an API token.",
  description:
    "Prints a link that signs the agent in, once, within 30 minutes, to where a running `start` serves pages; with --token, an API token instead, which is good " +
    "until it is taken away. For somebody who is an agent already it prints another one, and changes nothing else.",
  uses: { data: true, desk: true },
  options: {
    email: { type: "string", value: "E", description: "Where the agent gets mail; it names them." },
    name: { type: "string", value: "N", description: "The agent's name, as customers see it." },
    role: { type: "string", value: "R", default: "agent", description: "agent, lead, author or admin." },
    language: { type: "string", value: "L", description: "Of the agent's pages: fr, nl or en (the desk's own)." },
    token: { type: "boolean", description: "Print an API token instead of a link." },
  },
  async run({ dataDir, environment, values, desk, json, print, printJson, report }) {
    const { giveAccess, readNewAgent } = await import("../agent-access.ts");
    const { findWebAddress } = await import("../running-service.ts");
    const { openInstallation } = await import("../installation.ts");

    const newAgent = readNewAgent(values);
    const configuration = readConfiguration(dataDir, environment);
    const { db, close } = await openInstallation(configuration, report);
    try {
      const web = values.token ? null : ((await findWebAddress(db)) ?? configuration.publicUrl);
      const kind = values.token ? "api" : web === null ? null : "sign-in-link";
      const { token, isNew, agent } = await giveAccess(db, desk, newAgent, kind);
      if (!isNew) report(`${agent.email} is an agent already (${agent.name}, ${agent.role}), and stays as they are.`);
      if (kind === null) report(isNew ? `${agent.email} is an agent now. ${NO_LINK}` : NO_LINK);
      const signInLink = web && `${web}/sign-in?token=${token}`;
      if (json) printJson(values.token ? { token } : { signInLink });
      else if (kind !== null) print(values.token ? token! : signInLink!);
      return 0;
    } finally {
      await close();
    }
  },
});
