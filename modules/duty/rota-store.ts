import type { DeskId, Tx } from "@permanence/database";
import { type Instant, newId, type World } from "@permanence/kernel";
import { type Desk, listAgents } from "@permanence/people";
import { sql } from "kysely";
import type { DutyPlan } from "./duty-plan.ts";
import type { Override, Window } from "./rota.ts";
import { type RotaDocument, rotaOf } from "./rota-document.ts";

export type StoredRota = { name: string; version: number; document: RotaDocument };

/** The rotas as they are now, by name. */
export async function findRotas(tx: Tx, deskId: DeskId): Promise<StoredRota[]> {
  const { rows } = await sql<{ name: string; version: number; document: RotaDocument | null }>`
    select distinct on (rota) rota as name, version, document from rota_version
    where desk_id = ${deskId} order by rota, version desc`.execute(tx);
  return rows.filter((row): row is StoredRota => row.document !== null);
}

/** Those who change rotas of one desk wait for each other, so that what was checked still holds when it is written. */
export async function lockDuty(tx: Tx, deskId: DeskId): Promise<void> {
  await sql`select from desk where desk_id = ${deskId} for no key update`.execute(tx);
}

/** @param document null: takes the rota away. @returns its version */
export async function saveRota(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { name, document, madeBy }: { name: string; document: RotaDocument | null; madeBy: string },
): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    insert into rota_version (desk_id, rota, version, document, made_by, made_at)
    select ${deskId}, ${name}, coalesce(max(version), 0) + 1, ${document && JSON.stringify(document)}, ${madeBy}, ${world.clock.now()}
    from rota_version where desk_id = ${deskId} and rota = ${name}
    returning version`.execute(tx);
  return rows[0]!.version;
}

/** Those that count within a window. */
export async function findOverrides(tx: Tx, deskId: DeskId, { from, until }: Window): Promise<Override[]> {
  return await selectOverrides(tx, deskId)
    .where("until_at", ">", from)
    .where("from_at", "<", until)
    .orderBy("from_at")
    .execute();
}

export async function findOverride(tx: Tx, deskId: DeskId, overrideId: string): Promise<Override | null> {
  return (await selectOverrides(tx, deskId).where("override_id", "=", overrideId).executeTakeFirst()) ?? null;
}

function selectOverrides(tx: Tx, deskId: DeskId) {
  return tx
    .selectFrom("duty_override")
    .select(["override_id as overrideId", "rota", "level", "agent_id as agentId", "swap_id as swapId"])
    .select(["from_at as from", "until_at as until"])
    .where("desk_id", "=", deskId)
    .where("removed_at", "is", null);
}

export type NewOverride = Omit<Override, "overrideId">;

/** The caller has seen that it overlaps none, with the desk locked. */
export async function addOverride(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { rota, level, agentId, from, until, swapId }: NewOverride,
  madeBy: string,
): Promise<string> {
  const overrideId = newId(world);
  await tx
    .insertInto("duty_override")
    .values({
      ...{ desk_id: deskId, override_id: overrideId, rota, level, agent_id: agentId, from_at: from, until_at: until },
      ...{ swap_id: swapId, made_by: madeBy, made_at: world.clock.now() },
    })
    .execute();
  return overrideId;
}

/** Takes back an override, and with one of a swap all of it. */
export async function removeOverride(
  tx: Tx,
  deskId: DeskId,
  { overrideId, swapId }: Override,
  by: string,
  at: Instant,
) {
  await tx
    .updateTable("duty_override")
    .set({ removed_by: by, removed_at: at })
    .where("desk_id", "=", deskId)
    .where("removed_at", "is", null)
    .where((is) => (swapId === null ? is("override_id", "=", overrideId) : is("swap_id", "=", swapId)))
    .execute();
}

/** All that says who is on duty. @param until how far ahead overrides count; a year where it is missing */
export async function loadPlan(tx: Tx, desk: Desk, window: Window): Promise<DutyPlan> {
  const { deskId } = desk;
  const [rotas, overrides, agents] = await Promise.all([
    findRotas(tx, deskId),
    findOverrides(tx, deskId, window),
    listAgents(tx, deskId),
  ]);
  return {
    rotas: rotas.map(({ name, document }) => rotaOf(desk, name, document, window.from)),
    overrides,
    agentIds: new Set(agents.map(({ id }) => id)),
  };
}

/** Call-outs that run are looked at at once: whoever is on duty may be another. */
export async function lookAtCallOuts(tx: Tx, deskId: DeskId, now: Instant): Promise<void> {
  await tx
    .updateTable("call_out")
    .set({ next_at: now })
    .where("desk_id", "=", deskId)
    .where("next_at", ">", now)
    .execute();
}
