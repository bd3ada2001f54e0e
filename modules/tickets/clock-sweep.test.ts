import { expect, test } from "vitest";
import { foldDueClocks } from "./clock-sweep.ts";
import { mail, openTestDesk } from "./ticket-test-desk.ts";

const HOUR_MS = 3_600_000;

test("a clock that cannot be folded keeps no other waiting", async () => {
  const desk = await openTestDesk();
  const ids: string[] = [];
  for (const n of [1, 2, 3]) {
    const from = `client${n}@agence.example`;
    ids.push((await desk.receive(mail({ from, id: `broken-${n}@agence.example` }))).ticket_id!);
  }
  await desk.db.transaction(desk.deskId, (tx) =>
    tx.updateTable("ticket_event").set({ data: null }).where("ticket_id", "=", ids[0]!).execute(),
  );
  desk.clock.advance(25 * HOUR_MS);
  await expect(foldDueClocks(desk.db, desk.world, desk.deskId)).rejects.toThrow(/undefined|null/);
  const clocks = await desk.db.transaction(desk.deskId, (tx) =>
    tx.selectFrom("clock").select(["ticket_id", "outcome"]).execute(),
  );
  const outcomes = ids.map((id) => clocks.find((clock) => clock.ticket_id === id)!.outcome);
  expect(outcomes).toEqual(["running", "breached", "breached"]);
  await desk.close();
});
