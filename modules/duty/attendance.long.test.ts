import { type Instant, instant, seededRandom } from "@permanence/kernel";
import { expect, test } from "vitest";
import { acknowledgeCallOut, handOverCallOut, takeCallOut } from "./call-out-acts.ts";
import { type DutyDesk, openDutyDesk, rota } from "./duty-test-desk.ts";
import { addOverride, lookAtCallOuts, saveRota } from "./rota-store.ts";

// The same worlds as in call-out-simulation.ts, fewer of them, with a real database, real jobs and a real gateway.

const MINUTE_MS = 60_000;
const WORLDS = 60;
const STEPS = 40;

/** On the night on which clocks go forward, from 2.00 on. */
const NIGHT = instant(Date.UTC(2027, 2, 28, 0, 30));

test("an urgent ticket always has somebody or calls somebody, and no page is sent twice", async () => {
  let pages = 0;
  for (let seed = 0; seed < WORLDS; seed++) {
    const desk = await openDutyDesk(`world ${seed}`);
    try {
      pages += await live(desk, seed);
    } finally {
      await desk.close();
    }
  }
  expect(pages).toBeGreaterThan(WORLDS * 5);
});

async function live(d: DutyDesk, seed: number): Promise<number> {
  const random = seededRandom(`attendance ${seed}`);
  const below = (limit: number) => random.bytes(4).readUInt32BE() % limit;
  const people = Object.values(d.people);
  const fate = () => (["done", "done", "done", "doubled", "killed"] as const)[below(5)]!;
  d.clock.jumpTo(instant(NIGHT + below(180) * MINUTE_MS));
  const ticketId = await d.open("urgent");
  let repliedAt: Instant | null = null;
  for (let step = 0; step < STEPS; step++) {
    d.clock.advance((1 + below(6)) * MINUTE_MS);
    const agent = people[below(people.length)]!;
    const [row] = await d.callOuts();
    const on = { world: d.world, desk: d.desk, agent, callOutId: row!.call_out_id };
    const act = below(14);
    if (act < people.length) d.gateway.broken.add(agent.name);
    if (act >= 4 && act < 8) d.gateway.broken.delete(agent.name);
    if (act === 8) await d.db.transaction(d.deskId, (tx) => acknowledgeCallOut(tx, on));
    if (act === 9) await d.db.transaction(d.deskId, (tx) => takeCallOut(tx, on));
    if (act === 10) await d.db.transaction(d.deskId, (tx) => handOverCallOut(tx, on, people[below(4)]!.id));
    if (act === 11) await swap(d, agent.id, below(2));
    if (act === 12)
      await edit(
        d,
        people.filter(() => below(2) === 0).map(({ id }) => id),
      );
    if (act === 13 && below(4) === 0) {
      await d.reply(ticketId, agent);
      repliedAt = d.clock.now();
    }
    await d.duty.carryOn(d.deskId);
    await d.runJobs(fate);
    await d.duty.carryOn(d.deskId);
    expect({ seed, step, act, wrong: await judge(d, repliedAt) }).toEqual({ seed, step, act, wrong: [] });
  }
  const ids = d.gateway.got.map(({ headers }) => headers["webhook-id"]);
  expect({ seed, twice: ids.length - new Set(ids).size }).toEqual({ seed, twice: 0 });
  return ids.length;
}

/** What is wrong: nothing, or all of it in words. */
async function judge(d: DutyDesk, repliedAt: Instant | null): Promise<string[]> {
  const [row] = await d.callOuts();
  const { state, next_at: nextAt, document, holder_id: holderId } = row!;
  const inMs = document.stepAt - d.clock.now();
  const wrong: [boolean, string][] = [
    [nextAt === null || !["paging", "acknowledged", "in-hands"].includes(state), `nobody is called: ${state}`],
    [state === "paging" && (inMs > 5 * MINUTE_MS || document.paged.length === 0), "no page is in flight"],
    [state !== "paging" && holderId === null, "nobody has it"],
    [state === "acknowledged" && inMs > 30 * MINUTE_MS, "it does not come back"],
    [state === "in-hands" && repliedAt === null, "nobody replied"],
  ];
  return wrong.flatMap(([is, words]) => (is ? [words] : []));
}

async function swap(d: DutyDesk, agentId: string, level: number): Promise<void> {
  const from = d.clock.now();
  const until = instant(from + 10 * MINUTE_MS);
  const wanted = { rota: "urgent", level, agentId, from, until, swapId: null };
  await d.db.transaction(d.deskId, async (tx) => {
    const taken = await tx.selectFrom("duty_override").select("override_id").where("until_at", ">", from).execute();
    if (taken.length > 0) return;
    await addOverride(tx, d.world, d.deskId, wanted, d.people.lead.id);
    await lookAtCallOuts(tx, d.deskId, from);
  });
}

/** A rota that is edited in the middle of the night, be it to nobody. */
async function edit(d: DutyDesk, people: string[]): Promise<void> {
  const { anne, bob, carl, lead } = d.people;
  const document = rota([[anne, bob], [carl]]);
  document.levels[0]![0]!.people = people;
  document.levels[0]![0]!.at = ["02:59"];
  await d.db.transaction(d.deskId, async (tx) => {
    await saveRota(tx, d.world, d.deskId, { name: "urgent", document, madeBy: lead.id });
    await lookAtCallOuts(tx, d.deskId, d.clock.now());
  });
}
