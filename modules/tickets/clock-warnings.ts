import type { Tx } from "@permanence/database";
import { type Desk, type EscalationRule, findAgentByEmail, listAgents } from "@permanence/people";
import { setPriority } from "./agent-actions.ts";
import { assignTo } from "./assignment.ts";
import { BREACH, type Share } from "./clock-shares.ts";
import { startOf } from "./clock-events.ts";
import { type FoldedClock, foldClocks } from "./ticket-clocks.ts";
import type { TicketChange } from "./ticket-change.ts";
import { PRIORITIES, type Priority } from "./ticket-tables.ts";

/** A share of a clock's target is used up. `tell`: by the policy, somebody is to be told. */
export type ClockWarning = { target: string; percent: number; dueAt: number; startedAt: number; tell: boolean };

/** Tells assignee and lead, inside the transaction that puts the warning on record: told once, or not at all. */
export type TellWarning = (tx: Tx, change: TicketChange, warning: ClockWarning) => Promise<void> | void;

/**
 * Warns of the clocks under change whose shares are used up: puts each warning on record, which is what makes it the only
 * one, tells people, and runs the rules of the policy. Of several shares at once, after a sweep that came late, people
 * are told of the highest; the rules run one after another as if it had come in time.
 */
export async function warnOfClocks(tx: Tx, desk: Desk, change: TicketChange, tell: TellWarning): Promise<void> {
  const { terms } = startOf(change.clockEvents);
  if (terms === undefined) return;
  for (const { target, clock, shares } of foldClocks(tx, change)) {
    const passed = shares.filter(({ at }) => at <= change.now);
    for (const { percent } of passed) {
      const { dueAt, startedAt } = clock;
      const told = terms.warnings.tell.includes(percent) || percent === BREACH;
      change.record("warned", "desk", { target, percent, dueAt, startedAt });
      const isHighest = percent === passed.at(-1)!.percent;
      if (isHighest) await tell(tx, change, { target, percent, dueAt, startedAt, tell: told });
      for (const rule of terms.escalation.filter(isRuleOf(change, target, percent)))
        await escalate(tx, desk, change, rule);
    }
  }
}

function isRuleOf(change: TicketChange, target: FoldedClock["target"], percent: Share["percent"]) {
  return (rule: EscalationRule) =>
    rule.target === target &&
    (rule.at === "breach" ? BREACH : rule.at) === percent &&
    (rule.priority === undefined || rule.priority === change.ticket.priority);
}

async function escalate(tx: Tx, desk: Desk, change: TicketChange, rule: EscalationRule): Promise<void> {
  const { target, at, raise, assign } = rule;
  if (raise !== undefined && isHigher(raise, change.ticket.priority)) {
    const reason = `The desk's rule for ${target} at ${at === "breach" ? "its breach" : `${at} %`}.`;
    await setPriority(tx, { world: change.world, desk, actor: "desk" }, change, { priority: raise, reason });
  }
  if (assign !== undefined) await assignByRule(tx, change, assign);
}

function isHigher(one: Priority, other: Priority): boolean {
  return PRIORITIES.indexOf(one) < PRIORITIES.indexOf(other);
}

/** Where the rule names nobody who works at the desk now, the ticket stays with whom it was, and the chain says so. */
async function assignByRule(tx: Tx, change: TicketChange, to: string): Promise<void> {
  const deskId = change.ticket.desk_id;
  const lead = async () => (await listAgents(tx, deskId)).find(({ role }) => role === "lead") ?? null;
  const agent =
    to === "nobody" ? null : to === "lead" ? await lead() : await findAgentByEmail(tx, deskId, to.toLowerCase());
  if (agent === null && to !== "nobody") {
    change.record("not-assigned", "desk", { to });
    return;
  }
  assignTo(change, "desk", agent);
}
