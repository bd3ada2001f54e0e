import { connect } from "node:net";
import { hostname } from "node:os";
import { toIso } from "@permanence/kernel";
import type { Role } from "../configuration.ts";
import type { RunningService } from "../running-service.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";

const PATIENCE_MS = 5_000;
const ROLES: Role[] = ["web", "mail", "jobs"];
const WORK: Record<Role, string> = {
  web: "no pages and no API are served",
  mail: "no mail is taken",
  jobs: "mail that was taken is not read, and none is sent",
};

/** Whether `start` runs, and whether its processes together do all there is to do.
 *  @param isEmbedded whether the data folder's own database serves them: then one process has it to itself */
export function checkService(services: RunningService[], isEmbedded: boolean): Finding[] {
  if (services.length === 0) {
    return [warn("service", "`start` does not run: no mail is taken, read or sent.", "Start it: permanence start")];
  }
  const missing = ROLES.filter((role) => !services.some(({ roles }) => roles.includes(role)));
  const lacks = missing.map((role) =>
    fail(
      "service",
      `No process has the role ${role}: ${WORK[role]}.`,
      isEmbedded
        ? "Start it anew with all roles, without --roles. To split them, give it a database of its own (DATABASE_URL)."
        : `Start one: permanence start --roles ${role}`,
    ),
  );
  return [...services.map((service) => ok("service", describeService(service))), ...lacks];
}

function describeService({ pid, machine, roles, startedAt }: RunningService): string {
  return `Process ${pid} on ${machine} runs since ${toIso(startedAt)}, with the roles ${roles.join(", ")}.`;
}

/** Whether each SMTP server greets whoever connects. */
export async function checkSmtp(services: RunningService[]): Promise<Finding[]> {
  const servers = services.flatMap(({ machine, smtp }) => (smtp === null ? [] : [{ machine, ...smtp }]));
  return Promise.all(
    servers.map(async ({ machine, host, port, tls }) => {
      const place = `${host}:${port}`;
      const from = reachableFrom(machine, host);
      if (from === null) return warn("smtp", `${place} on ${machine} cannot be seen from here.`, `Run doctor there.`);
      const banner = await readBanner(from, port).catch((error: Error) => error);
      if (banner instanceof Error) {
        const advice = "Start that process again; until then senders keep their mail and try again.";
        return fail("smtp", `${place} takes no mail: ${banner.message}.`, advice);
      }
      if (!banner.startsWith("220")) {
        return fail(
          "smtp",
          `${place} answers "${banner}".`,
          "See whether another program listens there, or too many connect.",
        );
      }
      return ok("smtp", `${place} answers "${banner}", ${tls ? "and offers STARTTLS" : "without STARTTLS"}.`);
    }),
  );
}

/** Whether each web server answers the API's own question after its health. */
export async function checkWeb(services: RunningService[]): Promise<Finding[]> {
  const servers = services.flatMap(({ machine, web }) => (web === null ? [] : [{ machine, ...web }]));
  return Promise.all(
    servers.map(async ({ machine, host, port, url }) => {
      const from = reachableFrom(machine, host);
      if (from === null)
        return warn("web", `${host}:${port} on ${machine} cannot be seen from here.`, "Run doctor there.");
      const status = await healthOf(from, port).catch((error: Error) => error);
      if (status === 200) return ok("web", `${host}:${port} answers; links lead to ${url}.`);
      const said = status instanceof Error ? `does not answer: ${status.message}` : `answers with status ${status}`;
      return fail("web", `${host}:${port} ${said}.`, "See what that process writes, and start it again.");
    }),
  );
}

/** By what name a server is reached from here; null for another machine's that talks to itself alone. */
function reachableFrom(machine: string, host: string): string | null {
  const isHere = machine === hostname();
  const isEverywhere = host === "0.0.0.0" || host === "::";
  if (isHere) return isEverywhere ? "localhost" : host;
  return isEverywhere ? machine : /^(127\.|::1$|localhost$)/.test(host) ? null : host;
}

async function healthOf(host: string, port: number): Promise<number> {
  const name = host.includes(":") ? `[${host}]` : host;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(`http://${name}:${port}/api/v1/health`, { signal }).catch((error: Error) => {
    throw error.cause instanceof Error ? error.cause : error;
  });
  await response.body?.cancel();
  return response.status;
}

/** The first line that the server says. */
function readBanner(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    let said = "";
    const end = (settle: () => void) => {
      socket.destroy();
      settle();
    };
    socket.setTimeout(PATIENCE_MS, () =>
      end(() => reject(new Error(`it said nothing within ${PATIENCE_MS / 1000} s`))),
    );
    socket.once("error", (error) => end(() => reject(error)));
    socket.once("close", () => reject(new Error("it closed the connection without a word")));
    socket.on("data", (chunk) => {
      said += chunk.toString("latin1");
      if (!said.includes("\n") && said.length < 1_000) return;
      socket.end("QUIT\r\n");
      end(() => resolve(said.split(/\r?\n/, 1)[0]!));
    });
  });
}
