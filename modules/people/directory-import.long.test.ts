import { testDatabase } from "@permanence/database";
import { expect, test } from "vitest";
import { addAgent } from "./agent-store.ts";
import { deskOf } from "./desk-store.ts";
import { addImport, applyImport, countsOf, previewDirectory } from "./directory-import-store.ts";
import { applyTestDesk, testWorld } from "./test-desk.ts";

test("ten thousand lines take seconds", { timeout: 120_000 }, async () => {
  const [database, world, rights] = [await testDatabase(), testWorld("long"), { domains: true, promises: true }];
  const desk = await deskOf(database.db, await applyTestDesk(database.db));
  const anne = { email: "anne@agence.be", name: "Anne", role: "lead", language: "fr" } as const;
  const agent = await database.db.transaction(desk.deskId, (tx) => addAgent(tx, world, desk.deskId, anne));
  const people = Array.from(
    { length: 10_000 },
    (_, i) => `Org ${i % 2_000};${i % 2_000};org${i % 2_000}.be;P ${i};p${i}@org${i % 2_000}.be;${i}`,
  );
  const header = "organisation;organisation_external_id;domains;name;emails;contact_external_id";
  const giver = { file: Buffer.from([header, ...people].join("\n")), fileName: "", agentId: agent!.id, rights };
  const startedAt = performance.now();
  const id = await database.db.transaction(desk.deskId, (tx) => addImport(tx, world, desk, giver));
  const shownAt = performance.now();
  expect(await applyImport(database.db, world, desk, id as string, giver)).toBe("done");
  const doneAt = performance.now();
  expect(shownAt - startedAt).toBeLessThan(10_000);
  expect(doneAt - shownAt).toBeLessThan(20_000);
  const again = await database.db.transaction(desk.deskId, (tx) =>
    previewDirectory(tx, desk, giver.file, rights, world.clock.now()),
  );
  expect("lines" in again && countsOf(again.lines)).toEqual({ made: 0, changed: 0, unchanged: 10_000, refused: 0 });
  console.log(`shown in ${Math.round(shownAt - startedAt)} ms, taken over in ${Math.round(doneAt - shownAt)} ms`);
  await database.close();
});
