import { defineCommand } from "../command.ts";
import { readConfiguration } from "../configuration.ts";

export const command = defineCommand({
  name: "migrate",
  summary: "Bring the database to this version's schema.",
  description:
    "`start` does this by itself. Use it with DATABASE_URL, before the first process of a new version starts.",
  uses: { data: true, desk: false },
  options: {},
  async run({ dataDir, environment, json, print, printJson, report }) {
    const { migrate } = await import("@permanence/database");
    const { reachServer } = await import("../installation.ts");
    const server = await reachServer(readConfiguration(dataDir, environment), report);
    try {
      const { applied } = await migrate(server.url, { log: report });
      if (json) printJson({ applied });
      else print(applied.length === 0 ? "The database is up to date." : `Applied: ${applied.join(", ")}.`);
      return 0;
    } finally {
      await server.stop();
    }
  },
});
