import { type Db, type DeskId, findDesks, isTemporaryFailure, type Log } from "@permanence/database";
import type { DutyWork } from "@permanence/duty";
import type { FeedbackWork } from "@permanence/feedback";
import type { SteadyClock, World } from "@permanence/kernel";
import type { Outbox } from "@permanence/mail";
import { makeDayHeads, stampDayHeads } from "@permanence/proof";
import { writeDueEntries } from "@permanence/search";
import { describeDisagreement, type Disagreement, findDisagreement } from "./clock-watch.ts";
import {
  alertOfClock,
  alertOfMailboxes,
  alertOfRelay,
  alertOfWarning,
  askForRatings,
  ENTRY_MAKERS,
  foldDueClocks,
  mailAlerts,
  requeueSendings,
  requeueUnreadMail,
  sweepUploads,
  wakeForgotten,
} from "@permanence/tickets";

const CLOCKS_EVERY_MS = 1_000;
const SENDING_EVERY_MS = 1_000;
const CALLING_EVERY_MS = 1_000;
const SEARCH_EVERY_MS = 1_000;
const ALERTS_EVERY_MS = 5_000;
const LOST_WORK_EVERY_MS = 30_000;

type Sweeping = {
  db: Db;
  world: World & { clock: SteadyClock };
  outbox: Outbox;
  duty: DutyWork;
  feedback: FeedbackWork;
  timestampUrl: string | null;
  /** Where browsers reach the site; null where nobody said. */
  publicUrl: string | null;
  log: Log;
};

/** Does, from time to time, what no job holds: clocks that run out by themselves, and work whose job was lost. */
export function startSweeps({ db, world, outbox, duty, feedback, timestampUrl, publicUrl, log }: Sweeping): {
  stop(): Promise<void>;
} {
  const isBelieved = watching({ db, world, log });
  const clocks = repeat(
    CLOCKS_EVERY_MS,
    async () => {
      if (await isBelieved()) await forEachDesk(db, (deskId) => foldDueClocks(db, world, deskId, alertOfWarning));
    },
    log,
  );
  const sending = repeat(SENDING_EVERY_MS, async () => outbox.tend(await findDesks(db)), log);
  const calling = repeat(CALLING_EVERY_MS, () => forEachDesk(db, duty.carryOn), log);
  const search = repeat(
    SEARCH_EVERY_MS,
    () => forEachDesk(db, (deskId) => writeDueEntries(db, deskId, ENTRY_MAKERS, world.clock.now())),
    log,
  );
  const page = publicUrl === null ? null : `${publicUrl}/alerts`;
  const alerts = repeat(
    ALERTS_EVERY_MS,
    () =>
      forEachDesk(db, async (deskId) => {
        await alertOfMailboxes(db, world, deskId);
        await alertOfRelay(db, world, deskId, outbox.trouble());
        await duty.offerIncidents(deskId);
        await mailAlerts(db, world, deskId, page);
      }),
    log,
  );
  const lostWork = repeat(
    LOST_WORK_EVERY_MS,
    () =>
      forEachDesk(db, async (deskId) => {
        await requeueUnreadMail(db, world, deskId);
        await wakeForgotten(db, world, deskId);
        await outbox.requeueForgotten(deskId);
        await requeueSendings(db, world, deskId);
        await sweepUploads(db, world, deskId);
        await askForRatings(db, world, deskId);
        await duty.lookAhead(deskId);
        await feedback.requeue(deskId);
        await makeDayHeads(db, world, deskId);
        if (timestampUrl !== null) await stampDayHeads(db, world, deskId, timestampUrl);
      }),
    log,
  );
  return {
    async stop() {
      await Promise.all([search.stop(), clocks.stop(), sending.stop(), calling.stop(), alerts.stop(), lostWork.stop()]);
    },
  };
}

/** Whether what the machine's clock says may be acted on; a change of that is told once. */
function watching({ db, world, log }: Pick<Sweeping, "db" | "world" | "log">): () => Promise<boolean> {
  let told: Disagreement["with"] | null | undefined; // Nobody knows what stood open when the program ended.
  return async () => {
    const found = await findDisagreement(world.clock, async () => (await db.ping()).now);
    if ((found?.with ?? null) !== told) {
      if (found !== null) log(describeDisagreement(found));
      else if (told !== undefined) log("The machine's clock can be believed again.");
      const reason = found === null ? null : describeDisagreement(found);
      await forEachDesk(db, (deskId) => alertOfClock(db, world, deskId, reason));
    }
    told = found?.with ?? null;
    return found === null;
  };
}

/** One desk's trouble keeps no other waiting: it is told once all have had their turn. */
async function forEachDesk(db: Db, sweep: (deskId: DeskId) => Promise<unknown>): Promise<void> {
  const errors: unknown[] = [];
  for (const deskId of await findDesks(db)) await sweep(deskId).catch((error) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

/** Runs one after another, with a pause between; a failure is told and the next run tries again. */
function repeat(pauseMs: number, run: () => Promise<void>, log: Log): { stop(): Promise<void> } {
  let stopped = false;
  let wake = () => {};
  const running = (async () => {
    while (!stopped) {
      await run().catch((error: Error) => {
        if (!isTemporaryFailure(error)) log(`A sweep failed: ${error.stack}`);
      });
      if (!stopped)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pauseMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
    }
  })();
  return {
    async stop() {
      stopped = true;
      wake();
      await running;
    },
  };
}
