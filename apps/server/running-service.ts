import { hostname } from "node:os";
import { announceProcess, type Db, listRunningProcesses, openDatabase } from "@permanence/database";
import { type Instant, newId, type World } from "@permanence/kernel";
import { type Configuration, publicUrl, type Role } from "./configuration.ts";
import type { SupportService } from "./support-service.ts";

/** What a process of `start` tells the other commands of itself: its settings as they are in effect, without secrets. */
export type ServiceDescription = {
  machine: string;
  pid: number;
  roles: Role[];
  web: { url: string; host: string; port: number } | null;
  smtp: { host: string; port: number; tls: boolean } | null;
  relay: DescribedRelay | null;
  maxMailBytes: number;
  caps: boolean;
};

/** A relay without its password. */
export type DescribedRelay = { host: string; port: number; secure: boolean; user: string | null };

export type RunningService = ServiceDescription & { startedAt: Instant };

type Announced = { url: string; configuration: Configuration; service: SupportService };

/** Lets other commands find this process until `stop`, or until it dies. */
export async function announceService(announced: Announced, world: World): Promise<{ stop(): Promise<void> }> {
  const db = await openDatabase({ url: announced.url, maxConnections: 1, applicationName: "permanence start" });
  const startedAt = world.clock.now();
  const process = { processId: newId(world), startedAt, description: describeService(announced) };
  const announcement = await announceProcess(db, process);
  return {
    async stop() {
      await announcement.stop();
      await db.close();
    },
  };
}

/** Every process of `start` that serves this installation now, on whatever machine. */
export async function findRunningServices(db: Db): Promise<RunningService[]> {
  const processes = await listRunningProcesses(db);
  return processes.map(({ startedAt, description }) => ({ ...(description as ServiceDescription), startedAt }));
}

/** Where browsers reach the installation: null while no web server of it runs. */
export async function findWebAddress(db: Db): Promise<string | null> {
  const services = await findRunningServices(db);
  return services.find(({ web }) => web !== null)?.web?.url ?? null;
}

function describeService({ configuration, service }: Announced): ServiceDescription {
  const { host, smtpHost, smtpRelay, smtpTlsCert, roles, maxMailBytes, caps } = configuration;
  const { webPort, smtpPort } = service;
  return {
    ...{ machine: hostname(), pid: process.pid, roles, maxMailBytes, caps },
    web: webPort === null ? null : { url: publicUrl(configuration, webPort), host, port: webPort },
    smtp: smtpPort === null ? null : { host: smtpHost ?? host, port: smtpPort, tls: smtpTlsCert !== null },
    relay: smtpRelay && describedRelay(smtpRelay),
  };
}

export function describedRelay({ host, port, secure, login }: NonNullable<Configuration["smtpRelay"]>): DescribedRelay {
  return { host, port, secure, user: login?.user ?? null };
}
