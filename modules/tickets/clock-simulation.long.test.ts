import { afterAll, beforeAll, test } from "vitest";
import { openSimulation, simulate, type Simulation } from "./clock-simulation.ts";

let simulation: Simulation;
beforeAll(async () => {
  simulation = await openSimulation();
});
afterAll(() => simulation?.desk.close());

test("two thousand tickets around the changes of 2024 to 2030 keep clocks that the rules would give", async () => {
  for (let seed = 1_000; seed < 3_000; seed++) await simulate(simulation, seed);
});
