import { type Db, type DeskId, findDesks } from "@permanence/database";
import { deskOf } from "./desk-store.ts";
import type { ImapSettings } from "./imap-settings.ts";

/** A mailbox whose mail is fetched by IMAP. */
export type FetchedMailbox = {
  deskId: DeskId;
  mailboxId: string;
  address: string;
  imap: ImapSettings;
  /** In which the day begins from which its mail is wanted. */
  timeZone: string;
};

/** Those of all desks, as they were at most some seconds ago. */
export async function findFetchedMailboxes(db: Db): Promise<FetchedMailbox[]> {
  const found: FetchedMailbox[] = [];
  for (const deskId of await findDesks(db)) {
    const { timeZone, mailboxes } = (await deskOf(db, deskId)).settings;
    const fetched = mailboxes.flatMap(({ address, imap }) => (imap ? [{ address, imap }] : []));
    if (fetched.length === 0) continue;
    const ids = await idsOf(
      db,
      deskId,
      fetched.map(({ address }) => address),
    );
    for (const { address, imap } of fetched) {
      const mailboxId = ids.get(address);
      if (mailboxId !== undefined) found.push({ deskId, mailboxId, address, imap, timeZone });
    }
  }
  return found;
}

async function idsOf(db: Db, deskId: DeskId, addresses: string[]): Promise<Map<string, string>> {
  const rows = await db.transaction(deskId, (tx) =>
    tx
      .selectFrom("mailbox")
      .select(["mailbox_id", "address"])
      .where("desk_id", "=", deskId)
      .where("address", "in", addresses)
      .execute(),
  );
  return new Map(rows.map(({ mailbox_id, address }) => [address, mailbox_id]));
}
