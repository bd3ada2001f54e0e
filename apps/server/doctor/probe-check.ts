import { setTimeout as pause } from "node:timers/promises";
import { type Db, type DeskId, findDesks } from "@permanence/database";
import { systemClock, systemRandom, toIso } from "@permanence/kernel";
import { deskOf } from "@permanence/people";
import { findLatestProbe, type ProbeFindings, startProbe } from "@permanence/tickets";
import { chooseDesk } from "../chosen-desk.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";

/** What comes back by itself is here by then. */
const WAIT_MS = 60_000;
const LOOK_EVERY_MS = 500;

/**
 * What the relay keeps of our mail, as the newest probe of each desk shows.
 * @param send sends a new one first, and waits for what comes back: at least the service's part that sends must run
 * @param slug of the only desk that is meant; null for all
 */
export async function checkProbe(db: Db, slug: string | null, { send }: { send: boolean }): Promise<Finding[]> {
  const deskIds = slug === null ? await findDesks(db) : [await chooseDesk(db, slug)];
  return (await Promise.all(deskIds.map((deskId) => checkDesk(db, deskId, send)))).flat();
}

async function checkDesk(db: Db, deskId: DeskId, send: boolean): Promise<Finding[]> {
  const desk = await deskOf(db, deskId);
  const world = { clock: systemClock, random: systemRandom };
  const mailbox = desk.settings.mailboxes[0]?.address;
  if (send && mailbox !== undefined) {
    await db.transaction(deskId, (tx) => startProbe(tx, { world, desk, agent: null }, mailbox));
    const endsAtMs = performance.now() + WAIT_MS;
    while (performance.now() < endsAtMs && !isComplete((await latestOf(db, deskId))!)) await pause(LOOK_EVERY_MS);
  }
  const latest = await latestOf(db, deskId);
  if (latest === null) {
    const sentence = `Nobody has tried what the relay keeps of ${desk.slug}'s mail.`;
    return [warn("probe", sentence, "Run: permanence doctor --probe")];
  }
  const when = `a probe of ${toIso(latest.started_at)}`;
  if (latest.state !== "sent") {
    const why = latest.last_error === null ? "waits still" : `was not taken: ${latest.last_error}`;
    return [fail("probe", `The mail of ${when} ${why}.`, "See to the relay, then probe again.")];
  }
  return judge(latest.findings, when);
}

const latestOf = (db: Db, deskId: DeskId) => db.transaction(deskId, (tx) => findLatestProbe(tx, deskId));

function isComplete({ findings }: { findings: ProbeFindings }): boolean {
  return Boolean(findings.arrived && findings.success && findings.failure);
}

function judge({ arrived, success, failure }: ProbeFindings, when: string): Finding[] {
  const lost = (isKept: boolean | undefined, good: string, bad: string, advice: string) =>
    isKept ? ok("probe", `${good}, by ${when}.`) : warn("probe", `${bad}, by ${when}.`, advice);
  return [
    lost(
      arrived?.returnPathKept,
      "The relay keeps the return path",
      arrived ? "The relay rewrites the return path" : "The mail to the desk itself has not arrived",
      "A failure then counts only where it gives back our Message-ID. Let the relay keep envelope senders.",
    ),
    lost(
      arrived?.messageIdKept,
      "The relay keeps the Message-ID",
      arrived ? "The relay rewrites the Message-ID" : "Nobody knows whether the relay keeps the Message-ID",
      "Reports that give back the Message-ID alone no longer find their mail.",
    ),
    lost(
      success?.toReturnAddress,
      `A success report comes back (${success?.outcome ?? ""})`,
      success ? "The success report did not come to the signed address" : "No success report has come back",
      "Receipts can be presumed only, never proven: somebody must call for an urgent ticket. Ask for DSN (RFC 3461).",
    ),
    lost(
      failure?.toReturnAddress,
      "A failure report comes back",
      failure ? "The failure report did not come to the signed address" : "No failure report has come back",
      "A notice that does not arrive passes for received. See that bounces reach the desk's mailbox, with its sub-address.",
    ),
  ];
}
