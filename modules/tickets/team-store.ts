import type { DeskId, Tx } from "@permanence/database";
import { type Instant, newId, type World } from "@permanence/kernel";
import { type Generated, sql } from "kysely";

declare module "@permanence/database" {
  interface Tables {
    team: {
      desk_id: DeskId;
      team_id: string;
      name: string;
      version: Generated<number>;
      ended_at: Generated<Instant | null>;
    };
    team_member: { desk_id: DeskId; team_id: string; agent_id: string };
    agent_language: { desk_id: DeskId; agent_id: string; language: string };
  }
}

export type Team = { id: string; name: string; version: number; members: { id: string; name: string }[] };

/** Those that there are now, by name; of their members those who work here. */
export async function listTeams(tx: Tx, deskId: DeskId): Promise<Team[]> {
  const { rows } = await sql<Team>`
    select t.team_id as id, t.name, t.version, (
      select coalesce(json_agg(json_build_object('id', a.agent_id, 'name', a.name) order by a.name, a.agent_id), '[]')
      from team_member m join agent a on a.desk_id = m.desk_id and a.agent_id = m.agent_id and a.disabled_at is null
      where m.desk_id = t.desk_id and m.team_id = t.team_id) as members
    from team t where t.desk_id = ${deskId} and t.ended_at is null order by lower(t.name), t.team_id`.execute(tx);
  return rows;
}

/** Null where there is none any more. */
export async function findTeam(tx: Tx, deskId: DeskId, teamId: string): Promise<{ id: string; name: string } | null> {
  const row = await tx
    .selectFrom("team")
    .select(["team_id as id", "name"])
    .where("desk_id", "=", deskId)
    .where("team_id", "=", teamId)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  return row ?? null;
}

export async function findTeamMembers(tx: Tx, deskId: DeskId, teamId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom("team_member")
    .select("agent_id")
    .where("desk_id", "=", deskId)
    .where("team_id", "=", teamId)
    .execute();
  return rows.map(({ agent_id }) => agent_id);
}

export async function findTeamsOf(tx: Tx, deskId: DeskId, agentId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom("team_member as m")
    .innerJoin("team as t", (join) => join.onRef("t.desk_id", "=", "m.desk_id").onRef("t.team_id", "=", "m.team_id"))
    .select("m.team_id")
    .where("m.desk_id", "=", deskId)
    .where("m.agent_id", "=", agentId)
    .where("t.ended_at", "is", null)
    .execute();
  return rows.map(({ team_id }) => team_id);
}

export type TeamWords = { name: string; memberIds: string[] };
export type TeamRefused = "not-found" | "changed-meanwhile" | "name-taken" | "no-such-agent";

/** Makes a team. @returns its id */
export async function addTeam(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { name, memberIds }: TeamWords,
): Promise<{ id: string } | "name-taken" | "no-such-agent"> {
  if (!(await areAgents(tx, deskId, memberIds))) return "no-such-agent";
  const added = await tx
    .insertInto("team")
    .values({ desk_id: deskId, team_id: newId(world), name })
    .onConflict((conflict) => conflict.doNothing())
    .returning("team_id as id")
    .executeTakeFirst();
  if (added === undefined) return "name-taken";
  await setMembers(tx, deskId, added.id, memberIds);
  return added;
}

/** Renames a team, and says anew who is in it. @param allows whether the version that it has may be changed */
export async function changeTeam(
  tx: Tx,
  deskId: DeskId,
  teamId: string,
  { name, memberIds }: TeamWords,
  allows: (version: number) => boolean,
): Promise<"done" | TeamRefused> {
  const teams = await tx
    .selectFrom("team")
    .select(["team_id", "version", sql<boolean>`lower(name) = lower(${name})`.as("isNamed")])
    .where("desk_id", "=", deskId)
    .where("ended_at", "is", null)
    .orderBy("team_id")
    .forUpdate()
    .execute();
  const team = teams.find(({ team_id }) => team_id === teamId);
  if (team === undefined) return "not-found";
  if (!allows(team.version)) return "changed-meanwhile";
  if (teams.some(({ team_id, isNamed }) => isNamed && team_id !== teamId)) return "name-taken";
  if (!(await areAgents(tx, deskId, memberIds))) return "no-such-agent";
  await tx
    .updateTable("team")
    .set({ name, version: team.version + 1 })
    .where("desk_id", "=", deskId)
    .where("team_id", "=", teamId)
    .execute();
  await setMembers(tx, deskId, teamId, memberIds);
  return "done";
}

/** It is offered no more; the tickets that it has stay with it until somebody else gets them. */
export async function endTeam(tx: Tx, deskId: DeskId, teamId: string, at: Instant): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("team")
    .set({ ended_at: at })
    .where("desk_id", "=", deskId)
    .where("team_id", "=", teamId)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

async function setMembers(tx: Tx, deskId: DeskId, teamId: string, memberIds: string[]): Promise<void> {
  await tx.deleteFrom("team_member").where("desk_id", "=", deskId).where("team_id", "=", teamId).execute();
  const rows = [...new Set(memberIds)].map((agent_id) => ({ desk_id: deskId, team_id: teamId, agent_id }));
  if (rows.length > 0) await tx.insertInto("team_member").values(rows).execute();
}

async function areAgents(tx: Tx, deskId: DeskId, agentIds: string[]): Promise<boolean> {
  const wanted = [...new Set(agentIds)];
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from agent
    where desk_id = ${deskId} and disabled_at is null and agent_id = any(${wanted}::uuid[])`.execute(tx);
  return rows[0]!.count === wanted.length;
}

/** By agent; where nothing was said, the language of an agent's own pages is what they speak. */
export async function listSpoken(tx: Tx, deskId: DeskId): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ id: string; languages: string[] }>`
    select a.agent_id as id, coalesce((
      select array_agg(l.language order by l.language) from agent_language l
      where l.desk_id = a.desk_id and l.agent_id = a.agent_id), array[a.language]) as languages
    from agent a where a.desk_id = ${deskId} and a.disabled_at is null`.execute(tx);
  return new Map(rows.map(({ id, languages }) => [id, languages]));
}

export async function setSpoken(tx: Tx, deskId: DeskId, agentId: string, languages: string[]): Promise<void> {
  await tx.deleteFrom("agent_language").where("desk_id", "=", deskId).where("agent_id", "=", agentId).execute();
  const rows = [...new Set(languages)].map((language) => ({ desk_id: deskId, agent_id: agentId, language }));
  if (rows.length > 0) await tx.insertInto("agent_language").values(rows).execute();
}
