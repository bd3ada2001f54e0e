import type { Db, DeskId } from "@permanence/database";
import type { Clock } from "@permanence/kernel";
import { findPostmaster } from "./smtp-postmaster.ts";
import { mailboxesMeantBy } from "./tagged-address.ts";

/** One of the installation's mailboxes, and whose it is. */
export type IntakeMailbox = { deskId: DeskId; mailboxId: string; address: string };

/** So long a mailbox that was taken away may still be found. One that was added is found at once. */
const KNOWN_FOR_MS = 5_000;

/** Finds whose mailbox an address is, its sub-address left aside; null where it is nobody's. Remembers what it found. */
export function openRecipients(db: Db, clock: Clock): (address: string) => Promise<IntakeMailbox | null> {
  const known = new Map<string, { mailbox: IntakeMailbox; untilMs: number }>();

  return async function findMailbox(address) {
    const meant = mailboxesMeantBy(address);
    const base = meant.at(-1);
    if (base === undefined) return lookUpPostmaster(db, address); // It alone may come without a domain.
    const entry = known.get(base);
    // "a+b@" could be a mailbox of its own beside "a@": only the plain form is certain without asking.
    if (entry && meant.length === 1 && clock.monotonicMs() < entry.untilMs) return entry.mailbox;

    const mailbox = (await lookUpMailbox(db, meant)) ?? (await lookUpPostmaster(db, base));
    if (mailbox) known.set(mailbox.address, { mailbox, untilMs: clock.monotonicMs() + KNOWN_FOR_MS });
    return mailbox;
  };
}

async function lookUpPostmaster(db: Db, address: string): Promise<IntakeMailbox | null> {
  const postmaster = await findPostmaster(db, address);
  return postmaster && lookUpMailbox(db, [postmaster.address]);
}

/** The first of the addresses that is a mailbox. */
async function lookUpMailbox(db: Db, addresses: string[]): Promise<IntakeMailbox | null> {
  const entries = await db.directory
    .selectFrom("directory")
    .select(["key", "desk_id"])
    .where("kind", "=", "mailbox")
    .where("key", "in", addresses)
    .execute();
  const [entry] = entries.toSorted((a, b) => addresses.indexOf(a.key) - addresses.indexOf(b.key));
  if (!entry) return null;
  const mailbox = await db.transaction(entry.desk_id, (tx) =>
    tx
      .selectFrom("mailbox")
      .select("mailbox_id")
      .where("desk_id", "=", entry.desk_id)
      .where("address", "=", entry.key)
      .executeTakeFirst(),
  );
  return mailbox ? { deskId: entry.desk_id, mailboxId: mailbox.mailbox_id, address: entry.key } : null;
}
