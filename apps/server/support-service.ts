import { type Log, openDatabase, startWorkers } from "@permanence/database";
import { openDuty } from "@permanence/duty";
import { openFeedback } from "@permanence/feedback";
import type { SteadyClock, World } from "@permanence/kernel";
import {
  FreshMails,
  openMailReader,
  openOutbox,
  openSanitiser,
  openSenderChecks,
  READ_HISTORY,
  SenderDns,
  READ_MAIL,
  SEND_MAIL,
  startImapIntake,
  startSmtpIntake,
} from "@permanence/mail";
import {
  agentDayTasks,
  openHistoryReading,
  openInboundMailReading,
  outboxHooks,
  SEND_DRAFT,
  sendDraft,
  type SendDraftPayload,
} from "@permanence/tickets";
import { buildApi } from "./api.ts";
import { type Configuration, publicUrl, type Role } from "./configuration.ts";
import { imapPasswordOf } from "./imap-passwords.ts";
import { listening } from "./listening.ts";
import { openLiveEvents } from "./live-events.ts";
import { readSecretKey } from "./secret-key.ts";
import { startSweeps } from "./sweeps.ts";
import { readCertificate } from "./certificate.ts";
import { startWebServer } from "./web-server.ts";

/** What runs, as long as it runs. Ports are null where the role is not this process's. */
export type SupportService = { webPort: number | null; smtpPort: number | null; stop(): Promise<void> };

type Part = { stop(): Promise<void> };
/** A clock that jumps is not believed at once. */
type SteadyWorld = World & { clock: SteadyClock };
type Start = { configuration: Configuration; url: string; log: Log };

/** How many jobs run at once. Mail that leaves waits for others' machines, so it must not take the places of mail that
 *  comes. What runs at once shares transactions, so that more of it makes each cheaper. */
const READERS = 32;
const SENDERS = 64;
/** Pages have places of their own: no mail may keep one waiting. */
const CALLERS = 16;
/** News of suggestions can wait. */
const TELLERS = 2;

/** Starts the parts that this process's roles ask for, on a migrated database. What fails stops what had started. */
export async function startSupportService(start: Start, outside: SteadyWorld): Promise<SupportService> {
  const { roles } = start.configuration;
  const parts: Part[] = [];
  const stop = async () => {
    for (const part of parts.toReversed()) await part.stop();
  };
  try {
    const has = (role: Role) => roles.includes(role);
    const fresh = new FreshMails();
    const site = { url: publicUrl(start.configuration, start.configuration.port) };
    const world = { ...outside, site };
    if (has("jobs")) parts.push(await startJobs(start, world, fresh, site));
    const mail = has("mail") ? await startMail(start, world, has("jobs") ? fresh : null) : null;
    if (mail) parts.push(mail);
    const web = has("web") ? await startWeb(start, world) : null;
    if (web) parts.push(web);
    if (web) site.url = publicUrl(start.configuration, web.port);
    return { webPort: web?.port ?? null, smtpPort: mail?.port ?? null, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startJobs(
  { configuration, url, log }: Start,
  world: SteadyWorld,
  fresh: FreshMails,
  site: { readonly url: string },
): Promise<Part> {
  const db = await openDatabase({ url, maxConnections: 10, applicationName: "permanence jobs" });
  const reader = openMailReader({ log });
  const senders = configuration.senderChecks ? openSenderChecks({ log }) : null;
  const dns = configuration.senderChecks ? new SenderDns() : null;
  const { smtpRelay: relay, caps, timestampUrl, publicUrl, webhookAllow } = configuration;
  const outbox = openOutbox({ db, world, relay, hooks: outboxHooks(world), log });
  const readMail = openInboundMailReading({ db, world, reader, caps, fresh, senders, dns });
  const history = openHistoryReading(db, readMail);
  const intake = await startWorkers(db, {
    tasks: { [READ_MAIL]: readMail, [READ_HISTORY]: history.read },
    concurrency: READERS,
    log,
  });
  const sending = await startWorkers(db, {
    tasks: { [SEND_MAIL]: outbox.sendMail, [SEND_DRAFT]: (draft: SendDraftPayload) => sendDraft(db, world, draft) },
    concurrency: SENDERS,
    log,
  });
  const duty = openDuty({ db, world, siteUrl: () => site.url, allowed: new Set(webhookAllow), log });
  const calling = await startWorkers(db, {
    tasks: { ...duty.tasks, ...agentDayTasks({ db, world }) },
    concurrency: CALLERS,
    log,
  });
  const feedback = openFeedback(db, world);
  const telling = await startWorkers(db, { tasks: feedback.tasks, concurrency: TELLERS, log });
  const sweeps = startSweeps({ db, world, outbox, duty, feedback, timestampUrl, publicUrl, log });
  return {
    async stop() {
      await sweeps.stop();
      await history.close();
      await Promise.all([intake.stop(), sending.stop(), calling.stop(), telling.stop()]);
      await reader.close();
      await senders?.close();
      await outbox.close();
      await db.close();
    },
  };
}

async function startMail(
  { configuration, url, log }: Start,
  world: World,
  fresh: FreshMails | null,
): Promise<Part & { port: number }> {
  const db = await openDatabase({ url, maxConnections: 12, applicationName: "permanence mail" });
  const { smtpHost, smtpPort: port, maxMailBytes: maxSizeBytes } = configuration;
  const host = smtpHost ?? configuration.host;
  const tls = readCertificate(configuration);
  const place = {
    ...{
      server: "SMTP server",
      host,
      port,
      hostSetting: smtpHost === null ? "PERMANENCE_HOST" : "PERMANENCE_SMTP_HOST",
    },
    ...{ portSetting: "PERMANENCE_SMTP_PORT", portOption: "--smtp-port" },
  };
  const intake = await listening(place, () =>
    startSmtpIntake({ db, world, host, port, tls, maxSizeBytes, log, fresh }),
  );
  const fetching = startImapIntake({
    ...{ db, world, log, fresh, maxSizeBytes },
    passwordOf: passwordsOf(configuration),
  });
  return {
    port: intake.port,
    async stop() {
      await fetching.close();
      await intake.close();
      await db.close();
    },
  };
}

function passwordsOf({ imapPasswords }: Configuration) {
  return (name: string) => imapPasswordOf(imapPasswords, name);
}

async function startWeb({ configuration, url, log }: Start, world: World): Promise<Part & { port: number }> {
  const db = await openDatabase({ url, maxConnections: 12, applicationName: "permanence web" });
  const events = await openLiveEvents(db);
  const sanitiser = openSanitiser({ log });
  const reader = openMailReader({ threads: 1, log });
  let port = configuration.port;
  const api = buildApi({
    ...{ db, world, events, sanitiser, reader, log },
    outgoing: configuration.smtpRelay === null ? "mailroom" : "smtp",
    caps: configuration.caps,
    webhookAllow: new Set(configuration.webhookAllow),
    secretKey: await readSecretKey(configuration),
    relayHost: configuration.smtpRelay?.host ?? null,
    imap: { passwordOf: passwordsOf(configuration), maxSizeBytes: configuration.maxMailBytes },
    publicUrl: () => publicUrl(configuration, port),
  });
  const { host } = configuration;
  const place = {
    ...{ server: "web server", host, port, hostSetting: "PERMANENCE_HOST" },
    ...{ portSetting: "PERMANENCE_PORT", portOption: "--port" },
  };
  const server = await listening(place, () => startWebServer({ host, port, api: (request) => api.fetch(request) }));
  port = server.port;
  return {
    port,
    async stop() {
      await server.close();
      await events.close();
      await sanitiser.close();
      await reader.close();
      await db.close();
    },
  };
}
