import type { Db, DeskId, Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { deskOf } from "@permanence/people";
import { sql } from "kysely";
import { carryOn } from "./attendance.ts";
import { openCallOut } from "./call-out.ts";
import { addCallOut } from "./call-out-store.ts";
import { findDutySettings } from "./duty-settings.ts";

/** Sends the day's canary page, once its time has come: a page like any other, which tells whether the chain works. A desk
 *  without a rota has no chain. */
export async function sendCanary(db: Db, world: World, deskId: DeskId): Promise<void> {
  const desk = await deskOf(db, deskId);
  const now = world.clock.now();
  await db.transaction(deskId, async (tx) => {
    const { settings } = await findDutySettings(tx, deskId);
    if (settings.canary === null) return;
    const { timeZone } = desk.settings;
    const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone);
    if (local.toPlainTime().toString().slice(0, 5) < settings.canary.at) return;
    if (!(await isTurn(tx, deskId, local.toPlainDate().toString()))) return;
    const opened = openCallOut("paging", now, now);
    const canary = { ...opened, reason: "canary" as const };
    const callOutId = await addCallOut(
      tx,
      world,
      deskId,
      { priority: "urgent", isCanary: true, ticketId: null },
      canary,
    );
    await carryOn(tx, world, desk, callOutId);
  });
}

/** Marks the day; false where it was marked before, or where the desk calls nobody. */
async function isTurn(tx: Tx, deskId: DeskId, day: string): Promise<boolean> {
  const { rows } = await sql<{ marked: boolean }>`
    insert into duty_settings as s (desk_id, document, version, canary_day)
    select ${deskId}, ${JSON.stringify((await findDutySettings(tx, deskId)).settings)}, 0, ${day}::date
    where exists (select from rota_version where desk_id = ${deskId} and document is not null)
    on conflict (desk_id) do update set canary_day = excluded.canary_day
      where s.canary_day is distinct from excluded.canary_day
    returning true as marked`.execute(tx);
  return rows.length > 0;
}
