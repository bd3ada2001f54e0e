import { type Instant, instant } from "@permanence/kernel";
import type { CallOut, CallOutStep, Duty, Facts, PageKind, PagingSettings, Step } from "./call-out-case.ts";

/** What judges a call-out: who is on duty, how often people are called, and what time it is. */
export type Judging = { duty: Duty; settings: PagingSettings; now: Instant };

/** A call-out as it begins. @param stepAt until when it waits or asks; for one that pages: now */
export function openCallOut(state: "waiting" | "asking" | "paging", stepAt: Instant, now: Instant): CallOut {
  return {
    ...{ state, openedAt: now, reason: state === "waiting" ? "high" : "urgent", target: null, roundAt: now, level: 0 },
    ...{ tries: 0, paged: [], pagedStep: 0, step: 0, stepAt, holderId: null, dutyId: null, nextAt: stepAt },
  };
}

/**
 * Carries a call-out on to `now`: whom to page, whether it comes back, goes to the next shift, or is over. Pure, and told
 * the same twice it does nothing the second time.
 *
 * While it runs, one of these always holds: a page is in flight and the next step has a time; somebody acknowledged and
 * has a time at which it comes back to them; or somebody replied, and the end of a shift hands it over.
 */
export function advance(callOut: CallOut, facts: Facts, judging: Judging): CallOutStep {
  if (callOut.state === "ended") return { callOut, steps: [] };
  if (!facts.isWanted) return { callOut: ended(callOut), steps: [] };
  const carried = askForCall(carry(callOut, facts, judging), facts, judging);
  return { callOut: withNext(carried.callOut, facts, judging), steps: carried.steps };
}

function carry(callOut: CallOut, facts: Facts, judging: Judging): CallOutStep {
  switch (callOut.state) {
    case "waiting":
      return waited(callOut, facts, judging);
    case "asking": {
      const isDue = facts.isConfirmed || judging.now >= callOut.stepAt;
      return isDue ? openRound(callOut, "urgent", null, judging) : { callOut, steps: [] };
    }
    case "paging":
      return paged(callOut, facts, judging);
    case "acknowledged":
    case "in-hands":
      return held(callOut, facts, judging);
    case "ended":
      return { callOut, steps: [] };
  }
}

/** A ticket of high priority that nobody has taken: by day the queue shows it, outside working hours somebody is called. */
function waited(callOut: CallOut, facts: Facts, judging: Judging): CallOutStep {
  const { duty, now } = judging;
  if (facts.isUrgent) return openRound(callOut, "urgent", null, judging);
  if (facts.isTaken) return { callOut: ended(callOut), steps: [] };
  if (now < callOut.stepAt) return { callOut, steps: [] };
  const worksUntil = duty.worksUntil(now);
  if (worksUntil !== null) return { callOut: { ...callOut, stepAt: worksUntil }, steps: [] };
  return openRound(callOut, "high", null, judging);
}

function paged(callOut: CallOut, facts: Facts, judging: Judging): CallOutStep {
  const { duty, now } = judging;
  const { reply, isAnswered } = facts;
  // Of somebody who left the desk a reply stands, but the ticket is with nobody.
  if (
    reply !== null &&
    duty.isAgent(reply.agentId) &&
    (reply.at >= callOut.roundAt || (isAnswered && endsByReply(callOut, reply.at)))
  ) {
    const state = isAnswered ? "in-hands" : "acknowledged";
    return { callOut: { ...takenBy(callOut, reply.agentId, judging), state }, steps: [] };
  }
  // A swap or an edited rota in the middle of it: whoever is on duty now is called now.
  const isMissed = climb(callOut, judging).agentIds.some((agentId) => !callOut.paged.includes(agentId));
  return now >= callOut.stepAt || isMissed ? page(callOut, judging) : { callOut, steps: [] };
}

/** A new shift is to know of it, whatever the last one replied. */
function endsByReply({ reason, openedAt }: CallOut, repliedAt: Instant): boolean {
  return reason !== "handover" && reason !== "handed-over" && repliedAt >= openedAt;
}

function held(callOut: CallOut, facts: Facts, judging: Judging): CallOutStep {
  const { settings, now } = judging;
  if (isHandoverDue(callOut, judging)) return openRound(callOut, "handover", null, judging);
  if (facts.isAnswered) return { callOut: { ...callOut, state: "in-hands" }, steps: [] };
  if (callOut.state === "in-hands") {
    const stepAt = instant(now + settings.comeBackMs); // The customer wrote again.
    return { callOut: { ...callOut, state: "acknowledged", stepAt }, steps: [] };
  }
  return now < callOut.stepAt ? { callOut, steps: [] } : openRound(callOut, "come-back", callOut.holderId, judging);
}

/** Somebody else came on duty since it was taken, be it that a shift ended or that somebody changed the rota; or who had it
 *  left the desk. */
function isHandoverDue({ holderId, dutyId }: CallOut, { duty, now }: Judging): boolean {
  if (holderId === null || !duty.isAgent(holderId)) return true;
  const current = duty.at(0, now);
  return current !== null && current !== dutyId && current !== holderId;
}

/** Calls people anew, from the first level on. @param target who is asked first; null: whoever is on duty */
function openRound(callOut: CallOut, reason: PageKind, target: string | null, judging: Judging): CallOutStep {
  const round = { reason, target, level: 0, tries: 0, roundAt: judging.now, paged: [] };
  return page({ ...callOut, state: "paging", ...round }, judging);
}

/** One step: calls everybody who is asked at this level, and sets the time of the next. At the last level everybody who
 *  could act is called, again and again. */
function page(callOut: CallOut, judging: Judging): CallOutStep {
  const { duty, settings, now } = judging;
  const isNext = callOut.tries >= settings.triesPerLevel && callOut.level < duty.levels;
  const { level, agentIds } = climb(isNext ? { ...callOut, level: callOut.level + 1 } : callOut, judging);
  const tries = level === callOut.level ? callOut.tries + 1 : 1;
  const step: Step = { number: callOut.step + 1, kind: callOut.reason, level, agentIds };
  const stepAt = instant(now + settings.repeatMs);
  const { number } = step;
  return {
    callOut: { ...callOut, level, tries, paged: agentIds, pagedStep: number, step: number, stepAt },
    steps: [step],
  };
}

/** The level from here on at which somebody is asked, and who: one at which nobody is on duty is passed over. */
function climb(callOut: CallOut, { duty, now }: Judging): { level: number; agentIds: string[] } {
  let level = Math.min(callOut.level, duty.levels);
  let agentIds = askedAt({ ...callOut, level }, duty, now);
  while (agentIds.length === 0 && level < duty.levels) agentIds = askedAt({ ...callOut, level: ++level }, duty, now);
  return { level, agentIds };
}

/** Who is asked at a level. Those of the levels before it are not let off. */
function askedAt({ target, level }: Pick<CallOut, "target" | "level">, duty: Duty, now: Instant): string[] {
  const isTargeted = target !== null && duty.isAgent(target);
  const asked = isTargeted ? [target] : [duty.at(0, now)];
  if (isTargeted && level > 0) asked.push(duty.at(0, now));
  for (let i = 1; i <= level && i < duty.levels; i++) asked.push(duty.at(i, now));
  if (level >= duty.levels) asked.push(...duty.others());
  return [...new Set(asked.filter((agentId) => agentId !== null))];
}

/** Somebody says that they are at it. Null where somebody is already, or nobody needs to be. */
export function acknowledge(callOut: CallOut, agentId: string, judging: Judging): CallOut | null {
  if (callOut.state === "ended" || callOut.state === "acknowledged" || callOut.state === "in-hands") return null;
  return { ...takenBy(callOut, agentId, judging), state: "acknowledged" };
}

/** Somebody takes it, from whoever has it. Null where it is over. */
export function take(callOut: CallOut, agentId: string, judging: Judging): CallOut | null {
  if (callOut.state === "ended") return null;
  const state = callOut.state === "in-hands" ? callOut.state : "acknowledged";
  return { ...takenBy(callOut, agentId, judging), state };
}

/** Somebody hands it to a colleague, who is called; until they acknowledge, it stays with whom it was. Null where it is over. */
export function handOver(callOut: CallOut, agentId: string, judging: Judging): CallOutStep | null {
  if (callOut.state === "ended") return null;
  const { callOut: handed, steps } = openRound(callOut, "handed-over", agentId, judging);
  return { callOut: { ...handed, nextAt: handed.stepAt }, steps };
}

/** No channel took the pages of a step: the next level is called at once. At the last one the next step comes when it would
 *  have come. */
export function notSent(callOut: CallOut, step: number, { duty, now }: Judging): CallOut {
  const isCurrent = callOut.state === "paging" && callOut.pagedStep === step;
  if (!isCurrent || callOut.level >= duty.levels) return callOut;
  return { ...callOut, level: callOut.level + 1, tries: 0, stepAt: now, nextAt: now };
}

function takenBy(callOut: CallOut, agentId: string, { duty, settings, now }: Judging): CallOut {
  const comesBackAt = instant(now + settings.comeBackMs);
  return { ...callOut, holderId: agentId, dutyId: duty.at(0, now), stepAt: comesBackAt, nextAt: comesBackAt };
}

function ended(callOut: CallOut): CallOut {
  return { ...callOut, state: "ended", nextAt: null };
}

/** Whoever cannot be wrong for longer than a day is looked at daily. */
const LOOKED_AT_EVERY_MS = 24 * 3_600_000;

function withNext(callOut: CallOut, { callAt }: Facts, { duty, now }: Judging): CallOut {
  if (callOut.state === "ended") return callOut;
  const times = [instant(now + LOOKED_AT_EVERY_MS)];
  if (callOut.state !== "in-hands") times.push(callOut.stepAt);
  if (callAt !== null && callAt > now) times.push(callAt);
  const changesAt = callOut.holderId === null ? null : duty.changesAt(now);
  if (changesAt !== null) times.push(changesAt);
  return { ...callOut, nextAt: instant(Math.min(...times)) };
}

/** The notice is unproven for too long: whoever has the ticket, or is being called, is asked to call the customer. */
function askForCall({ callOut, steps }: CallOutStep, { callAt }: Facts, { duty, now }: Judging): CallOutStep {
  if (callAt === null || now < callAt || callOut.state === "ended") return { callOut, steps };
  const { holderId } = callOut;
  const agentIds = holderId !== null && duty.isAgent(holderId) ? [holderId] : askedAt(callOut, duty, now);
  const step: Step = { number: callOut.step + 1, kind: "call-customer", level: callOut.level, agentIds };
  return { callOut: { ...callOut, step: step.number }, steps: [...steps, step] };
}
