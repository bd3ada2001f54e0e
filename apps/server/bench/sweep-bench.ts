import { join } from "node:path";
import type { Db, DeskId } from "@permanence/database";
import { instant, systemClock, systemRandom, VirtualClock } from "@permanence/kernel";
import { applyDesk, readDeskFolder } from "@permanence/people";
import { foldDueClocks, TEMPLATES } from "@permanence/tickets";
import { makeSweptTickets } from "./swept-tickets.ts";
import { openThrowawayDatabase } from "./throwaway-database.ts";

/** What a sweep costs at a desk with so many tickets: where nothing is due, and where `dueClocks` are. Medians. */
export type SweepCost = { tickets: number; idleMs: number; dueMs: number; dueClocks: number; runsMs: number[] };
export type SweepBench = { sweeps: SweepCost[] };

const RUNS = 9;
const DUE_PER_RUN = 500;
const EXAMPLE = join(import.meta.dirname, "..", "..", "..", "examples", "whise");

/** Measures the sweep of due clocks at desks of different sizes, each in a database of its own. */
export async function benchSweep(counts: number[], report: (line: string) => void): Promise<SweepBench> {
  const sweeps: SweepCost[] = [];
  for (const tickets of counts) {
    const { db, close } = await openThrowawayDatabase();
    try {
      sweeps.push(await measure(db, tickets, report));
    } finally {
      await close();
    }
  }
  return { sweeps };
}

async function measure(db: Db, tickets: number, report: (line: string) => void): Promise<SweepCost> {
  report(`Making ${tickets} tickets.`);
  const firstDueAt = systemClock.now();
  const world = { clock: new VirtualClock(firstDueAt), random: systemRandom };
  const files = (await readDeskFolder(EXAMPLE))!;
  const applied = await applyDesk(db, world, files, TEMPLATES);
  if ("errors" in applied) throw new Error(JSON.stringify(applied.errors));
  const { deskId } = applied;
  const running = Math.min(tickets, (RUNS + 1) * DUE_PER_RUN);
  await makeSweptTickets(db, deskId, { tickets, running, firstDueAt: instant(firstDueAt) });
  const sweep = (expected: number) => timed(db, world, deskId, expected);

  await sweep(0); // Connections open, statements prepared.
  const idle: number[] = [];
  for (let run = 0; run < RUNS; run++) idle.push(await sweep(0));
  world.clock.advance(DUE_PER_RUN * 1_000 + 1);
  await sweep(DUE_PER_RUN);
  const due: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    world.clock.advance(DUE_PER_RUN * 1_000);
    due.push(await sweep(DUE_PER_RUN));
  }
  return { tickets, idleMs: median(idle), dueMs: median(due), dueClocks: DUE_PER_RUN, runsMs: due };
}

async function timed(
  db: Db,
  world: Parameters<typeof foldDueClocks>[1],
  deskId: DeskId,
  expected: number,
): Promise<number> {
  const startMs = performance.now();
  const folded = await foldDueClocks(db, world, deskId);
  const tookMs = Math.round((performance.now() - startMs) * 10) / 10;
  if (folded !== expected) throw new Error(`the sweep folded ${folded} clocks of the ${expected} that were due`);
  return tookMs;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
