import { instant, newId, seededRandom, systemClock } from "@permanence/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { announceProcess, listRunningProcesses, testDatabase, type TestDatabase } from "./index.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const world = { clock: systemClock, random: seededRandom("processes") };

test("processes are found while they live, and no longer", async () => {
  const { db } = database;
  const describe = (name: string, at: number) => ({
    ...{ processId: newId(world), startedAt: instant(at), description: { name } },
  });
  expect(await listRunningProcesses(db)).toEqual([]);
  const [first, second] = [describe("first", 1), describe("second", 2)];
  const announced = await announceProcess(db, first);
  const other = await announceProcess(db, second);
  expect(await listRunningProcesses(db)).toEqual([first, second]);
  expect(await listRunningProcesses(db)).toEqual([first, second]); // Looking takes nothing from them.

  // As if it had been killed: the server ends the connection, and with it the claim.
  await other.stop();
  await db.directory
    .insertInto("running_process")
    .values({ process_id: second.processId, started_at: second.startedAt, description: JSON.stringify({}) })
    .execute();
  expect(await listRunningProcesses(db)).toEqual([first]);

  const third = describe("third", 3);
  const last = await announceProcess(db, third);
  const rows = await db.directory.selectFrom("running_process").select("process_id").execute();
  expect(rows.map((row) => row.process_id).toSorted()).toEqual([first.processId, third.processId].toSorted());
  await announced.stop();
  await last.stop();
  expect(await listRunningProcesses(db)).toEqual([]);
});
