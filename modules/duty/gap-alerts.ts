import type { Db, DeskId, Tx } from "@permanence/database";
import { type Instant, instant, type World } from "@permanence/kernel";
import { type Desk, deskOf } from "@permanence/people";
import { closeAlerts, raiseAlert } from "@permanence/tickets";
import { findGaps, type Gap } from "./duty-plan.ts";
import { loadPlan } from "./rota-store.ts";

/** So long before it begins, leads and admins are told that nobody will be on duty. */
const AHEAD_MS = 14 * 86_400_000;
const MOST_TOLD = 20;

/** Raises an alert of each gap ahead, once, and closes those of gaps that are none any more. */
export async function alertOfGaps(db: Db, world: World, deskId: DeskId): Promise<void> {
  const desk = await deskOf(db, deskId);
  const now = world.clock.now();
  const window = { from: now, until: instant(now + AHEAD_MS) };
  await db.transaction(deskId, async (tx) => {
    const plan = await loadPlan(tx, desk, window);
    const gaps = plan.rotas.flatMap((rota) => findGaps(plan, rota, window)).slice(0, MOST_TOLD);
    for (const gap of gaps) {
      const subject = subjectOf(gap, window.until);
      if (await wasTold(tx, deskId, subject)) continue;
      const reason = `${gap.rota}, ${words(desk, gap.from)} – ${words(desk, gap.until)}`;
      await raiseAlert(tx, world, deskId, { kind: "duty-gap", subject, detail: { reason } });
    }
    const subjects = gaps.map((gap) => subjectOf(gap, window.until));
    await closeAlerts(tx, deskId, "duty-gap", subjects, now);
  });
}

/** Whoever has seen it needs not be told again. */
async function wasTold(tx: Tx, deskId: DeskId, subject: string): Promise<boolean> {
  const told = await tx
    .selectFrom("alert")
    .select("alert_id")
    .where("desk_id", "=", deskId)
    .where("kind", "=", "duty-gap")
    .where("subject", "=", subject)
    .executeTakeFirst();
  return told !== undefined;
}

/** By its end: its beginning is the present, once it has begun. One whose end is not in sight is one. */
function subjectOf({ rota, until }: Gap, sight: Instant): string {
  return `${rota} ${until === sight ? "on" : until}`;
}

function words({ settings }: Desk, at: Instant): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(settings.timeZone);
  return `${local.toPlainDate().toString()} ${local.toPlainTime().toString({ smallestUnit: "minute" })}`;
}
