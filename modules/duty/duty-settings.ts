import type { Tx, DeskId } from "@permanence/database";
import { z } from "zod";

// How people are called: what a lead may set. Times of day are wall times in the desk's zone.

const minutes = (least: number, most: number) =>
  z
    .int("must be a whole number of minutes")
    .min(least, `must be at least ${least} minutes`)
    .max(most, `must be at most ${most} minutes`);
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as "09:00"');

export const dutySettingsSchema = z.strictObject({
  /** A page that nobody acknowledged is sent again so much later. */
  repeatMinutes: minutes(1, 60),
  /** After so many, the next level is called too. */
  triesPerLevel: z.int().min(1, "must be at least 1").max(10, "must be at most 10"),
  /** An acknowledgement without a reply holds for so long. */
  comeBackMinutes: minutes(5, 24 * 60),
  /** A ticket of high priority that nobody took for so long calls somebody, outside working hours. */
  highAfterMinutes: minutes(5, 24 * 60),
  /** What only the model thought urgent, in these hours, from an unknown sender, asks the customer first. */
  quiet: z
    .strictObject({
      from: timeOfDay,
      until: timeOfDay,
      /** From the first such mail on, or only once so many have called somebody in one night. */
      askAfter: z.int().min(0, "must be at least 0").max(100, "must be at most 100"),
    })
    .refine(({ from, until }) => from !== until, "must not be empty: they end when they begin")
    .nullable(),
  /** A page each day that tells whether the chain works; null: none. */
  canary: z.strictObject({ at: timeOfDay, withinMinutes: minutes(5, 24 * 60) }).nullable(),
});
export type DutySettings = z.output<typeof dutySettingsSchema>;

export const STANDARD_DUTY_SETTINGS: DutySettings = {
  ...{ repeatMinutes: 5, triesPerLevel: 2, comeBackMinutes: 30, highAfterMinutes: 120 },
  ...{ quiet: null, canary: { at: "10:00", withinMinutes: 60 } },
};

export async function findDutySettings(tx: Tx, deskId: DeskId): Promise<{ settings: DutySettings; version: number }> {
  const row = await tx
    .selectFrom("duty_settings")
    .select(["document", "version"])
    .where("desk_id", "=", deskId)
    .executeTakeFirst();
  return { settings: row?.document ?? STANDARD_DUTY_SETTINGS, version: row?.version ?? 0 };
}

export async function saveDutySettings(tx: Tx, deskId: DeskId, settings: DutySettings): Promise<void> {
  const document = JSON.stringify(settings);
  await tx
    .insertInto("duty_settings")
    .values({ desk_id: deskId, document, version: 1 })
    .onConflict((conflict) =>
      conflict.column("desk_id").doUpdateSet((is) => ({ document, version: is("duty_settings.version", "+", 1) })),
    )
    .execute();
}

/** Whether a wall time lies in the quiet hours, which may run past midnight. */
export function isQuiet(quiet: NonNullable<DutySettings["quiet"]>, wallTime: string): boolean {
  const { from, until } = quiet;
  return from < until ? from <= wallTime && wallTime < until : from <= wallTime || wallTime < until;
}
