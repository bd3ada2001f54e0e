import { testDatabase, type TestDatabase } from "@permanence/database";
import { VirtualClock } from "@permanence/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestDesk, START, testWorld } from "./mail-test-desk.ts";
import { outOfOrder, spendDarkDay } from "./outbox-trial.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("after a day without a relay each mail goes once, the urgent ones first", async () => {
  const clock = new VirtualClock(START);
  const desk = await makeTestDesk(database.db, testWorld(clock, "dark"), "dark@desk.example");
  const day = await spendDarkDay(database.db, clock, desk, 2_000);
  expect(day).toMatchObject({ distinct: 2_000, unsent: 0 });
  expect(day.arrived).toHaveLength(2_000);
  expect(outOfOrder(day.arrived)).toEqual([]);
  expect(day.connections).toBeLessThan(1_500); // One a minute, and those of the first seconds.
});
