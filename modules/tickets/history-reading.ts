import { type Db, openClaims } from "@permanence/database";
import { listUnreadHistory, type ReadHistoryPayload, type ReadMailPayload } from "@permanence/mail";

const AT_ONCE = 100;

export type HistoryReading = {
  /** The task "read-history": mail after mail, so that each finds what it answers. Ends when nothing is left. */
  read(payload: ReadHistoryPayload): Promise<void>;
  /** Waits for the mail under way; what is left comes with a later sweep. */
  close(): Promise<void>;
};

/** @param readMail reads one, in whatever order it is called */
export function openHistoryReading(db: Db, readMail: (job: ReadMailPayload) => Promise<void>): HistoryReading {
  const claims = openClaims(db);
  const underWay = new Set<Promise<void>>();
  let isClosing = false;

  async function readAll({ deskId }: ReadHistoryPayload): Promise<void> {
    let first: string | undefined;
    for (;;) {
      const mails = await db.transaction(deskId, (tx) => listUnreadHistory(tx, deskId, AT_ONCE));
      // One that stays unread comes again with the sweep.
      if (mails.length === 0 || mails[0]!.inboundMailId === first) return;
      first = mails[0]!.inboundMailId;
      for (const mail of mails) {
        if (isClosing) return;
        await readMail({ deskId, ...mail });
      }
    }
  }

  async function readClaimed(payload: ReadHistoryPayload): Promise<void> {
    const name = `history:${payload.deskId}`;
    if (!(await claims.take(name))) return; // Who reads it already looks until nothing is left.
    try {
      await readAll(payload);
    } finally {
      await claims.letGo(name);
    }
  }

  return {
    async read(payload) {
      const reading = readClaimed(payload);
      underWay.add(reading);
      await reading.finally(() => underWay.delete(reading));
    },
    async close() {
      isClosing = true;
      await Promise.allSettled(underWay);
      await claims.close();
    },
  };
}
