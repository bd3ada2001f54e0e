import type { Tx } from "@permanence/database";
import { type Instant, instant } from "@permanence/kernel";
import { type Agent, AROUND_THE_CLOCK, calendarAt, type Desk, listAgents } from "@permanence/people";
import { openSpansFrom, type Priority } from "@permanence/sla";
import type { Judging } from "./call-out.ts";
import type { Duty } from "./call-out-case.ts";
import { type DutyPlan, nextOnDuty, onDutyAt, rotaFor, shiftAt } from "./duty-plan.ts";
import { findDutySettings } from "./duty-settings.ts";
import { loadPlan } from "./rota-store.ts";

const MINUTE_MS = 60_000;
const YEAR_MS = 366 * 24 * 60 * MINUTE_MS;

/** What judges a call-out now, and who works at the desk. */
export async function judgingAt(
  tx: Tx,
  desk: Desk,
  { priority, is_canary: isCanary }: { priority: Priority; is_canary: boolean },
  now: Instant,
): Promise<Judging & { agents: ReadonlyMap<string, Agent> }> {
  const plan = await loadPlan(tx, desk, { from: now, until: instant(now + YEAR_MS) });
  const agents = await listAgents(tx, desk.deskId);
  const { settings } = await findDutySettings(tx, desk.deskId);
  return {
    ...{ duty: dutyOf(desk, plan, agents, priority), now, agents: new Map(agents.map((agent) => [agent.id, agent])) },
    settings: {
      // A canary is one page: it has its time, and is not sent again.
      repeatMs: (isCanary ? (settings.canary?.withinMinutes ?? 0) : settings.repeatMinutes) * MINUTE_MS,
      triesPerLevel: settings.triesPerLevel,
      comeBackMs: settings.comeBackMinutes * MINUTE_MS,
    },
  };
}

/** Without a rota of its own, a priority has no levels: everybody who could act is called. */
function dutyOf(desk: Desk, plan: DutyPlan, agents: readonly Agent[], priority: Priority): Duty {
  const rota = rotaFor(plan, priority);
  return {
    levels: rota?.levels.length ?? 0,
    at: (level, now) => (rota === null ? null : (shiftAt(plan, rota, level, now)?.agentId ?? null)),
    changesAt(now) {
      if (rota === null) return null;
      const current = onDutyAt(plan, rota, 0, now);
      return current === null ? nextOnDuty(plan, rota, 0, now) : current.until;
    },
    others: () => lastResort(agents),
    isAgent: (agentId) => agents.some(({ id }) => id === agentId),
    worksUntil: (now) => worksUntil(desk, priority, now),
  };
}

/** Leads and admins; where there are none, everybody who works on tickets. */
function lastResort(agents: readonly Agent[]): string[] {
  const leading = agents.filter(({ role }) => role === "lead" || role === "admin");
  const others = leading.length > 0 ? leading : agents.filter(({ role }) => role === "agent");
  return others.map(({ id }) => id);
}

function worksUntil({ settings, promises }: Desk, priority: Priority, now: Instant): Instant | null {
  const name = settings.staffing[priority] ?? settings.workingCalendar;
  if (name === AROUND_THE_CLOCK) return null;
  for (const { opensAt, closesAt } of openSpansFrom(calendarAt(promises, name, now), now))
    return opensAt > now ? null : closesAt;
  return null;
}
