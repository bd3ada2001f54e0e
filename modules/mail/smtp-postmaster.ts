import { type Db, type DeskId } from "@permanence/database";
import { deskOf } from "@permanence/people";
import { sql } from "kysely";
import { splitAddress } from "./tagged-address.ts";

/**
 * The mailbox that answers for a domain's postmaster, whom every server must take mail for (RFC 5321, section 4.5.1): the
 * first that its desk has there; of several desks, the oldest's. Without a domain, that of the whole installation. Null for
 * any other address, and for a domain that is no desk's.
 */
export async function findPostmaster(db: Db, address: string): Promise<{ deskId: DeskId; address: string } | null> {
  if (!/^postmaster(@|$)/i.test(address)) return null;
  const domain = address.includes("@") ? splitAddress(address)?.[1] : null;
  if (domain === undefined) return null;
  const isThere = (mailbox: string) => domain === null || mailbox.endsWith(`@${domain}`);
  const { rows } = await sql<{ deskId: DeskId }>`
    select desk_id as "deskId" from directory where kind = 'mailbox'
      and (${domain}::text is null or split_part(key, '@', 2) = ${domain})
    order by desk_id limit 1`.execute(db.directory); // Ids grow with time.
  const deskId = rows[0]?.deskId;
  if (deskId === undefined) return null;
  const { settings } = await deskOf(db, deskId);
  const mailbox = settings.mailboxes.find((each) => isThere(each.address));
  return mailbox ? { deskId, address: mailbox.address } : null;
}
