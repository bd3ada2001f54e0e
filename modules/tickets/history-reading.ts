import { type Db, type DeskId, openClaims } from "@permanence/database";
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
  /** By desk. `again`: more came while it was read. */
  const underWay = new Map<DeskId, { again: boolean; ended: Promise<void> }>();
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
    if (!(await claims.take(name))) return; // Another process reads it, until nothing is left.
    try {
      await readAll(payload);
    } finally {
      await claims.letGo(name);
    }
  }

  return {
    async read(payload) {
      const known = underWay.get(payload.deskId);
      if (known) return void (known.again = true);
      const reading = { again: false, ended: Promise.resolve() };
      reading.ended = (async () => {
        do {
          reading.again = false;
          await readClaimed(payload);
        } while (reading.again && !isClosing);
      })().finally(() => underWay.delete(payload.deskId));
      underWay.set(payload.deskId, reading);
      await reading.ended;
    },
    async close() {
      isClosing = true;
      await Promise.allSettled([...underWay.values()].map(({ ended }) => ended));
      await claims.close();
    },
  };
}
