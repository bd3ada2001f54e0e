import type { Db, DeskId } from "@permanence/database";
import { instant, type World } from "@permanence/kernel";
import { discardUploads, listLooseUploads } from "./upload-store.ts";

const KEPT_MS = 48 * 3_600_000;
const MOST_AT_ONCE = 200;

/** Takes away what was handed over two days ago and became part of nothing. */
export async function sweepUploads(db: Db, { clock }: World, deskId: DeskId): Promise<void> {
  await db.transaction(deskId, async (tx) => {
    const now = clock.now();
    const old = await listLooseUploads(tx, deskId, instant(now - KEPT_MS), MOST_AT_ONCE);
    await discardUploads(tx, deskId, old, now);
  });
}
