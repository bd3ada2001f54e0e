import { defineCommand, wholeNumber } from "../command.ts";
import { type Configuration, publicUrl, readConfiguration, readRoles } from "../configuration.ts";

const PORTS = { min: 0, max: 65_535 };

export const command = defineCommand({
  name: "start",
  summary: "Run the service: web, SMTP and jobs.",
  description:
    "Starts the database in the data folder (or uses DATABASE_URL), brings its schema up to date, loads the example " +
    "desk where there is none, and serves until it is told to end (Ctrl+C, SIGTERM).",
  uses: { data: true, desk: false },
  options: {
    port: { type: "string", value: "N", description: "The web server's port; 0 for any free one (8080)." },
    "smtp-port": { type: "string", value: "N", description: "The SMTP server's port; 0 for any free one (2525)." },
    roles: { type: "string", value: "LIST", description: "What this process does: some of web,mail,jobs (all)." },
  },
  async run({ dataDir, environment, values, json, print, printJson, report }) {
    const configuration = withOptions(readConfiguration(dataDir, environment), values);
    const { lockDataDir, migrate, startEmbedded } = await import("@permanence/database");
    const { SteadyClock, systemClock, systemRandom } = await import("@permanence/kernel");
    const { startSupportService } = await import("../support-service.ts");
    const { announceService } = await import("../running-service.ts");
    const { welcome } = await import("../welcome.ts");
    const { readCertificate } = await import("../certificate.ts");

    if (configuration.roles.includes("mail")) readCertificate(configuration); // Wrong settings, before anything starts.
    const world = { clock: new SteadyClock(systemClock), random: systemRandom };
    const ended = untilToldToEnd();
    // Any number of processes may share the database of a DATABASE_URL; the data folder is one process's own.
    const isEmbedded = configuration.databaseUrl === null;
    const lock = isEmbedded ? lockDataDir(dataDir) : null;
    const embedded = isEmbedded ? await startEmbedded({ dataDir, log: report }) : null;
    const url = configuration.databaseUrl ?? embedded!.url;
    try {
      await migrate(url, { log: report });
      const service = await startSupportService({ configuration, url, log: report }, world);
      let announcement: { stop(): Promise<void> } | null = null;
      try {
        const web = service.webPort === null ? null : publicUrl(configuration, service.webPort);
        const greeting = await welcome(url, web, world);
        const smtp =
          service.smtpPort === null ? null : `${configuration.smtpHost ?? configuration.host}:${service.smtpPort}`;
        announcement = await announceService({ url, configuration, service }, world);
        if (json) printJson({ ready: true, web, smtp, signInLink: greeting.signInLink });
        else for (const line of describe({ web, smtp, ...greeting }, configuration)) print(line);
        report(`Ending: ${await ended}.`);
      } finally {
        await announcement?.stop();
        await service.stop();
      }
      return 0;
    } finally {
      await embedded?.stop();
      lock?.release();
    }
  },
});

function withOptions(
  configuration: Configuration,
  values: { port?: string; "smtp-port"?: string; roles?: string },
): Configuration {
  const { port, roles } = values;
  const smtpPort = values["smtp-port"];
  return {
    ...configuration,
    ...(port !== undefined && { port: wholeNumber(port, "port", PORTS) }),
    ...(smtpPort !== undefined && { smtpPort: wholeNumber(smtpPort, "smtp-port", PORTS) }),
    ...(roles !== undefined && { roles: readRoles(roles) }),
  };
}

/** Says which signal came. A second one ends the process at once. */
function untilToldToEnd(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => {
        resolve(signal);
        process.once(signal, () => process.exit(130));
      });
    }
  });
}

type Running = {
  web: string | null;
  smtp: string | null;
  desks: { name: string; mailboxes: string[] }[];
  signInLink: string | null;
};

function describe({ web, smtp, desks, signInLink }: Running, { smtpRelay }: Configuration): string[] {
  const lines = ["", "  Permanence is running.", ""];
  for (const desk of desks) lines.push(`  Desk      ${desk.name} (${desk.mailboxes.join(", ")})`);
  if (web !== null) lines.push(`  Web       ${web}`);
  if (smtp !== null) lines.push(`  SMTP      ${smtp}`);
  lines.push(
    smtpRelay === null
      ? "  Outgoing  stays in the mailroom: no relay is set (PERMANENCE_SMTP_RELAY)"
      : `  Outgoing  through ${smtpRelay.host}:${smtpRelay.port}`,
  );
  if (signInLink !== null) lines.push("", "  Sign in, once, within 30 minutes:", `  ${signInLink}`);
  else lines.push("", "  Nobody serves pages yet: a process with the role web prints a link to sign in.");
  lines.push("", "  Ctrl+C ends it.", "");
  return lines;
}
