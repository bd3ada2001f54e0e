import { createHash } from "node:crypto";
import type { DeskId, Tx } from "@permanence/database";
import { instant, newToken, toIso, type World } from "@permanence/kernel";
import { type Desk, findAgent } from "@permanence/people";
import ical from "ical-generator";
import { shiftsOf } from "./duty-plan.ts";
import { loadPlan } from "./rota-store.ts";

const DAY_MS = 86_400_000;
const BACK_MS = 30 * DAY_MS;
const AHEAD_MS = 180 * DAY_MS;

/** Makes the address of an agent's feed, in place of the one before. Only its digest is kept. @returns its token */
export async function makeFeed(tx: Tx, world: World, deskId: DeskId, agentId: string): Promise<string> {
  const token = newToken(world);
  const feed = { token_hash: digestOf(token), made_at: world.clock.now() };
  await tx
    .insertInto("duty_feed")
    .values({ desk_id: deskId, agent_id: agentId, ...feed })
    .onConflict((conflict) => conflict.columns(["desk_id", "agent_id"]).doUpdateSet(feed))
    .execute();
  return token;
}

/** The shifts of the agent whose feed this is, as iCalendar (RFC 5545); null where it is nobody's. */
export async function readFeed(tx: Tx, world: World, desk: Desk, token: string): Promise<string | null> {
  const { deskId } = desk;
  const feed = await tx
    .selectFrom("duty_feed")
    .select("agent_id")
    .where("desk_id", "=", deskId)
    .where("token_hash", "=", digestOf(token))
    .executeTakeFirst();
  const agent = feed === undefined ? null : await findAgent(tx, deskId, feed.agent_id);
  if (agent === null) return null;
  const now = world.clock.now();
  const window = { from: instant(now - BACK_MS), until: instant(now + AHEAD_MS) };
  const plan = await loadPlan(tx, desk, window);
  const calendar = ical({ name: `${desk.name}: ${agent.name}`, prodId: { company: "Permanence", product: "Duty" } });
  for (const rota of plan.rotas)
    for (const [level] of rota.levels.entries())
      for (const shift of shiftsOf(plan, rota, level, window).filter(({ agentId }) => agentId === agent.id))
        calendar.createEvent({
          // The same stretch keeps its id, so that calendar programs replace it.
          id: `${rota.name}-${level}-${shift.from}-${agent.id}`,
          ...{ start: toIso(shift.from), end: toIso(shift.until), stamp: toIso(now) },
          summary: level === 0 ? `${desk.name}: ${rota.name}` : `${desk.name}: ${rota.name} (${level + 1})`,
        });
  return calendar.toString();
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
