import type { DeskId, Tx } from "@permanence/database";
import { newId, type World } from "@permanence/kernel";
import type { MailboxSettings } from "./desk-settings.ts";

/** Those of the addresses that another desk receives mail at. */
export async function findForeignMailboxes(tx: Tx, deskId: DeskId, mailboxes: MailboxSettings[]): Promise<string[]> {
  const rows = await tx
    .selectFrom("directory")
    .select("key")
    .where("kind", "=", "mailbox")
    .where("key", "in", addressesOf(mailboxes))
    .where("desk_id", "<>", deskId)
    .orderBy("key")
    .execute();
  return rows.map(({ key }) => key);
}

/** From now on mail comes in at these addresses and no others. A mailbox that is not among them any more keeps its row,
 *  since the mail that it received refers to it. */
export async function replaceMailboxes(
  tx: Tx,
  world: World,
  deskId: DeskId,
  mailboxes: MailboxSettings[],
): Promise<void> {
  await tx
    .insertInto("mailbox")
    .values(mailboxes.map(({ address, name }) => ({ address, name, desk_id: deskId, mailbox_id: newId(world) })))
    .onConflict((conflict) =>
      conflict.columns(["desk_id", "address"]).doUpdateSet({ name: (excluded) => excluded.ref("excluded.name") }),
    )
    .execute();
  await tx
    .deleteFrom("directory")
    .where("kind", "=", "mailbox")
    .where("desk_id", "=", deskId)
    .where("key", "not in", addressesOf(mailboxes))
    .execute();
  await tx
    .insertInto("directory")
    .values(addressesOf(mailboxes).map((key) => ({ kind: "mailbox" as const, key, desk_id: deskId })))
    .onConflict((conflict) => conflict.columns(["kind", "key"]).doNothing())
    .execute();
}

function addressesOf(mailboxes: MailboxSettings[]): string[] {
  return mailboxes.map(({ address }) => address);
}
