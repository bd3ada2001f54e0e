import { setTimeout as sleep } from "node:timers/promises";
import type { InboundMail, OutgoingMail, Ticket } from "./api-types.ts";
import type { Installation } from "./installation.ts";
import { MailLoad, type SentMail } from "./mail-load.ts";
import { headerOf } from "./mails.ts";
import { eventually } from "./patience.ts";
import type { RelaySink, TakenMail } from "./relay-sink.ts";

export type Victim = "program" | "postgres" | "both";

type Kill = { victim: Victim; at: number };
type Trial = { desk: Installation; sink: RelaySink; victims: Victim[]; prefix: string; random: () => number };

/** How long after the relay's answer its commit may still be under way when the kill falls. */
const COMMIT_MS = 3_000;
/** How long a killed PostgreSQL, and with it the commit, may need until it serves again. */
const RECOVERY_MS = 6_000;
/** A killed worker's jobs are free within 30 seconds; then they must be done, and the relay tried again. */
const SETTLE_MS = 90_000;

/**
 * Kills one victim after the other, at random moments, while mail comes in; then checks the whole promise. Returns what
 * broke it, in words, and nothing when it held:
 * every mail that was answered with 250 is exactly one ticket with exactly one notice, which the relay took once, and once
 * more under the same Message-ID for each kill of the program that fell between the relay's answer and the commit.
 */
export async function runCrashTrial({ desk, sink, victims, prefix, random }: Trial): Promise<string[]> {
  const load = new MailLoad(desk.smtp, { prefix, senders: 6, pauseMs: 40 });
  const kills: Kill[] = [];
  for (const victim of victims) {
    await sleep(200 + random() * 1_300);
    kills.push({ victim, at: Date.now() });
    await kill(desk, victim);
    if (victim !== "postgres") await desk.start();
    await awaitProgress(load, desk);
  }
  const accepted = await load.stop();
  const permanent = [...load.refusals.keys()].filter((code) => code >= 500);

  const findings = permanent.map((code) => `a mail was refused for good (${code}) because of our own trouble`);
  await settle(desk, accepted.length, prefix);
  return [...findings, ...(await inspect(desk, sink, accepted, prefix)), ...doubleHandOvers(sink, prefix, kills)];
}

async function kill(desk: Installation, victim: Victim): Promise<void> {
  if (victim !== "program") desk.killPostgres();
  if (victim !== "postgres") await desk.kill();
}

/** The next kill is to fall on a service that works, or all would fall on its recovery. */
async function awaitProgress(load: MailLoad, desk: Installation): Promise<void> {
  const before = load.accepted.length;
  const what = "a mail's acceptance after a kill";
  await eventually(() => load.accepted.length > before, { withinMs: 60_000, what }).catch((error: Error) => {
    throw new Error(`${error.message}. The program said last:\n${desk.log().split("\n").slice(-40).join("\n")}`);
  });
}

async function settle(desk: Installation, count: number, prefix: string): Promise<void> {
  const api = await desk.api();
  const isSettled = async () => {
    const notices = (await api.all<OutgoingMail>("/outgoing-mails?purpose=notice")).filter(({ to }) =>
      to.startsWith(`${prefix}-`),
    );
    return notices.length >= count && notices.every(({ state }) => state === "sent");
  };
  // What did not settle is told by the inspection, mail by mail.
  await eventually(isSettled, { withinMs: SETTLE_MS, everyMs: 1_000 }).catch(() => {});
}

async function inspect(desk: Installation, sink: RelaySink, accepted: SentMail[], prefix: string): Promise<string[]> {
  const api = await desk.api();
  const tickets = groupBy(await api.all<Ticket>("/tickets?state=all"), ({ subject }) => subject);
  const notices = groupBy(
    await api.all<OutgoingMail>("/outgoing-mails?purpose=notice"),
    ({ ticketId }) => ticketId ?? "",
  );
  const inbound = await api.all<InboundMail>("/inbound-mails");

  const findings = inbound.filter(({ kind }) => kind === null).map(({ subject }) => `"${subject}" was never read`);
  for (const { subject, from } of accepted) {
    const own = tickets.get(subject) ?? [];
    if (own.length !== 1) findings.push(`"${subject}" is ${own.length} tickets`);
    for (const ticket of own) {
      const ownNotices = notices.get(ticket.id) ?? [];
      if (ownNotices.length !== 1) findings.push(`"${subject}" has ${ownNotices.length} notices`);
      if (ownNotices.some(({ state }) => state !== "sent")) findings.push(`the notice on "${subject}" was not sent`);
    }
    if (sink.takenFor(from).length === 0) findings.push(`the relay never got the notice on "${subject}"`);
  }
  const sentSubjects = new Set(accepted.map(({ subject }) => subject));
  for (const subject of tickets.keys()) {
    if (subject.startsWith(`${prefix} `) && !sentSubjects.has(subject))
      findings.push(`"${subject}" was never accepted, yet is a ticket`);
  }
  return findings;
}

function doubleHandOvers(sink: RelaySink, prefix: string, kills: Kill[]): string[] {
  const byReader = groupBy(sink.taken, ({ to }) => to);
  return [...byReader].flatMap(([to, taken]) => {
    if (!to.startsWith(`${prefix}-`) || taken.length === 1) return [];
    const findings: string[] = [];
    const ids = new Set(taken.map(({ raw }) => headerOf(raw, "Message-ID")));
    if (ids.size > 1) findings.push(`${to} got ${ids.size} different notices`);
    const isExcused = taken.slice(1).every((again, nth) => wasForgotten(taken[nth]!, again, kills));
    if (!isExcused)
      findings.push(`${to} got the notice again though nothing was killed just then: ${describeTimes(taken, kills)}`);
    return findings;
  });
}

/** Whether the program was killed after the relay's answer and before its commit, which a killed PostgreSQL delays. */
function wasForgotten(taken: TakenMail, again: TakenMail, kills: Kill[]): boolean {
  const { answeredAt } = taken;
  const outages = kills.filter(
    ({ victim, at }) => victim !== "program" && at > answeredAt - RECOVERY_MS && at < answeredAt + COMMIT_MS,
  );
  const committedBy = Math.max(answeredAt + COMMIT_MS, ...outages.map(({ at }) => at + RECOVERY_MS));
  return kills.some(
    ({ victim, at }) => victim !== "postgres" && at >= answeredAt - 50 && at <= Math.min(committedBy, again.answeredAt),
  );
}

/** In ms from the first hand-over. */
function describeTimes(taken: TakenMail[], kills: Kill[]): string {
  const first = taken[0]!.answeredAt;
  const near = kills
    .filter(({ at }) => Math.abs(at - first) < 60_000)
    .map(({ victim, at }) => `${victim} at ${at - first}`);
  return `taken at ${taken.map(({ answeredAt }) => answeredAt - first).join(", ")}; killed: ${near.join(", ")}`;
}

function groupBy<T>(items: T[], keyOf: (item: T) => string): Map<string, T[]> {
  return Map.groupBy(items, keyOf);
}
