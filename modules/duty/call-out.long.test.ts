import { expect, test } from "vitest";
import { simulateMany } from "./call-out-simulation.ts";

test("in thousands of worlds where all goes wrong, an urgent ticket always has somebody or calls somebody", () => {
  expect(simulateMany(10_000).violations).toEqual([]);
});
