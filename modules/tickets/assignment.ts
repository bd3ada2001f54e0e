import type { DeskId, Tx } from "@permanence/database";
import { type Agent, findAgent, listAgents } from "@permanence/people";
import { sql } from "kysely";
import { type AssignmentRule, type Candidate, leastLoaded, type RuleFacts, runRules } from "./assignment-rule.ts";
import { findRules } from "./assignment-rule-store.ts";
import { findTagFamilies, listTags } from "./tag-store.ts";
import { findTeam, listSpoken, listTeams, type Team } from "./team-store.ts";
import type { TicketChange } from "./ticket-change.ts";

type Named = { id: string; name: string };

/** Gives a ticket to an agent, or to nobody. @param rule by which, where a rule did */
export function assignTo(change: TicketChange, actor: string, to: Named | null, rule?: string): void {
  if ((to?.id ?? null) === change.ticket.assignee_id) return;
  change.set({ assignee_id: to?.id ?? null });
  change.record("assigned", actor, { to: to && { id: to.id, name: to.name }, ...(rule !== undefined && { rule }) });
}

/** Gives a ticket to a team, or to none. Whose it is besides stays. */
function giveToTeam(change: TicketChange, actor: string, to: Named | null, rule?: string): void {
  if ((to?.id ?? null) === change.ticket.team_id) return;
  change.set({ team_id: to?.id ?? null });
  change.record("team", actor, { to: to && { id: to.id, name: to.name }, ...(rule !== undefined && { rule }) });
}

/** The same by their ids. */
export async function assign(
  tx: Tx,
  change: TicketChange,
  actor: string,
  { assigneeId, teamId }: { assigneeId?: string | null | undefined; teamId?: string | null | undefined },
): Promise<"done" | "no-such-agent" | "no-such-team"> {
  const deskId = change.ticket.desk_id;
  const agent: Agent | null = assigneeId ? await findAgent(tx, deskId, assigneeId) : null;
  if (assigneeId && agent === null) return "no-such-agent";
  const team = teamId ? await findTeam(tx, deskId, teamId) : null;
  if (teamId && team === null) return "no-such-team";
  if (teamId !== undefined) giveToTeam(change, actor, team);
  if (assigneeId !== undefined) assignTo(change, actor, agent);
  return "done";
}

/** What rules decide by that a ticket's row does not hold. */
type Seen = Pick<RuleFacts, "mailbox" | "signs">;

/** Applies the desk's rules to a new ticket, before it is saved. */
export type ApplyRules = (change: TicketChange, seen: Seen) => void;

/** Reads what the rules need, once for all tickets of a transaction: those that are registered together are counted as
 *  what their agents have by then. */
export async function openAssignment(tx: Tx, deskId: DeskId): Promise<ApplyRules> {
  const { rules } = await findRules(tx, deskId);
  if (rules.length === 0) return () => {};
  const house = await readHouse(tx, deskId, rules);
  return (change, seen) => applyRules(change, seen, house);
}

/** Who is there, and what the rules' ids stand for. */
export type House = {
  rules: AssignmentRule[];
  agents: Map<string, Candidate>;
  teams: Map<string, Team>;
  tags: Map<string, string>; // Names by id.
};

/** @param loads whether anybody needs to know how many tickets each agent has */
export async function readHouse(tx: Tx, deskId: DeskId, rules: AssignmentRule[]): Promise<House> {
  const isCounted = rules.some(({ give }) => give.leastLoaded);
  const [agents, teams, spoken, loads, families, tags] = await Promise.all([
    listAgents(tx, deskId),
    listTeams(tx, deskId),
    listSpoken(tx, deskId),
    isCounted ? readLoads(tx, deskId) : new Map<string, number>(),
    findTagFamilies(tx, deskId),
    listTags(tx, deskId),
  ]);
  return {
    rules: rules.map((rule) => withTagsOfToday(rule, families)),
    agents: new Map(
      agents.map(({ id, name }) => [id, { id, name, languages: spoken.get(id) ?? [], load: loads.get(id) ?? 0 }]),
    ),
    teams: new Map(teams.map((team) => [team.id, team])),
    tags: new Map(tags.map(({ id, name }) => [id, name])),
  };
}

/** A tag may have been merged into another since the rule was made. */
function withTagsOfToday(rule: AssignmentRule, families: ReadonlyMap<string, string>): AssignmentRule {
  const today = (ids: string[]) => ids.map((id) => families.get(id) ?? id);
  return {
    ...rule,
    when: { ...rule.when, tagIds: today(rule.when.tagIds) },
    give: { ...rule.give, tagIds: today(rule.give.tagIds).filter((id) => families.has(id)) },
  };
}

/** How many open tickets each agent has that do not wait for somebody else. */
async function readLoads(tx: Tx, deskId: DeskId): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; count: number }>`
    select t.assignee_id as id, count(*) as count from ticket t
    where t.desk_id = ${deskId} and t.state <> 'closed' and t.assignee_id is not null and t.state in ('new', 'open')
    group by 1`.execute(tx);
  return new Map(rows.map(({ id, count }) => [id, count]));
}

function applyRules(change: TicketChange, seen: Seen, house: House): void {
  const { priority, language, organisation_id: organisationId, tag_ids: before } = change.ticket;
  const facts = { priority, language, organisationId, tagIds: before, ...seen };
  const { tagIds, assigning, rules } = runRules(house.rules, facts);
  const added = tagIds.filter((id) => !before.includes(id));
  if (added.length > 0) {
    change.set({ tag_ids: tagIds });
    const names = added.map((id) => house.tags.get(id) ?? "");
    change.record("tagged", "desk", { added: names, removed: [], rule: rules.map(({ name }) => name).join(", ") });
  }
  if (assigning === null) return;
  const { team, agent } = findReceiver(assigning, language, house);
  if (team) giveToTeam(change, "desk", team, assigning.name);
  if (agent) {
    agent.load++;
    assignTo(change, "desk", agent, assigning.name);
  }
  if (!team && !agent) change.record("not-assigned", "desk", { to: assigning.name });
}

/** To whom a rule gives a ticket. A team may have ended since, an agent have left. */
export function findReceiver(
  { give }: AssignmentRule,
  language: string,
  { agents, teams }: House,
): { team: Team | null; agent: Candidate | null } {
  const team = give.teamId === null ? null : (teams.get(give.teamId) ?? null);
  if (give.agentId !== null) return { team, agent: agents.get(give.agentId) ?? null };
  if (!give.leastLoaded || team === null) return { team, agent: null };
  const members = team.members.flatMap(({ id }) => agents.get(id) ?? []);
  return { team, agent: leastLoaded(members, language) };
}
