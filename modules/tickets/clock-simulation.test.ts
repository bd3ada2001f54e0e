import { afterAll, beforeAll, expect, test } from "vitest";
import { CHANGES, openSimulation, simulate, type Simulation } from "./clock-simulation.ts";

let simulation: Simulation;
beforeAll(async () => {
  simulation = await openSimulation();
});
afterAll(() => simulation?.desk.close());

const SEEDS = 210;

test.each(CHANGES)("tickets around %s keep clocks that the rules would give", { timeout: 120_000 }, async (change) => {
  const first = CHANGES.indexOf(change);
  let lived = 0;
  for (let seed = first; seed < SEEDS; seed += CHANGES.length, lived++) await simulate(simulation, seed);
  expect(lived).toBe(SEEDS / CHANGES.length);
});
