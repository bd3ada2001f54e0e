import { type Db, type DeskId } from "@permanence/database";
import { instant, type World } from "@permanence/kernel";
import { addHistoryJob, addReadJob, listUnreadHistory, listUnreadMails, READ_MAIL } from "@permanence/mail";

const PATIENCE_MS = 60_000;
const BATCH = 500;

/**
 * Adds the job anew for mail that has waited long: its job may be lost with a restored backup or by hand. One
 * such job waits per mail however often this runs, and reading a mail twice reads it once.
 */
export async function requeueUnreadMail(db: Db, world: World, deskId: DeskId): Promise<number> {
  return db.transaction(deskId, async (tx) => {
    const before = instant(world.clock.now() - PATIENCE_MS);
    const waiting = await listUnreadMails(tx, deskId, before, BATCH);
    for (const mail of waiting) addReadJob(tx, deskId, mail, { key: `${READ_MAIL}:${mail.inboundMailId}` });
    if ((await listUnreadHistory(tx, deskId, 1)).length > 0) addHistoryJob(tx, deskId);
    return waiting.length;
  });
}
