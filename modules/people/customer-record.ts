import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { sql } from "kysely";
import { endSessionsOf } from "./customer-sign-in.ts";

/** What this module keeps of a customer. */
export type CustomerRecord = {
  name: string;
  language: string | null;
  organisation: string | null;
  since: Instant;
  addresses: { address: string; verifiedAt: Instant | null; failedAt: Instant | null }[];
  signIns: { address: string; askedAt: Instant; usedAt: Instant | null }[];
  sessions: { address: string; since: Instant; until: Instant }[];
};

export async function readCustomerRecord(tx: Tx, deskId: DeskId, contactId: string): Promise<CustomerRecord> {
  const { rows } = await sql<CustomerRecord>`
    select c.name, c.language, c.created_at as since, o.name as organisation,
      (select coalesce(json_agg(json_build_object('address', a.address, 'verifiedAt', a.verified_at, 'failedAt', a.failed_at)
        order by a.address), '[]') from contact_address a where a.desk_id = c.desk_id and a.contact_id = c.contact_id) as addresses,
      (select coalesce(json_agg(json_build_object('address', i.address, 'askedAt', i.created_at, 'usedAt', i.used_at)
        order by i.created_at), '[]') from customer_sign_in i join contact_address a using (desk_id, address)
        where i.desk_id = c.desk_id and a.contact_id = c.contact_id) as "signIns",
      (select coalesce(json_agg(json_build_object('address', s.address, 'since', s.created_at, 'until', s.expires_at)
        order by s.created_at), '[]') from customer_session s where s.desk_id = c.desk_id and s.contact_id = c.contact_id) as sessions
    from contact c left join organisation o on o.desk_id = c.desk_id and o.organisation_id = c.organisation_id
    where c.desk_id = ${deskId} and c.contact_id = ${contactId}`.execute(tx);
  return rows[0]!;
}

/** Takes name, addresses and sign-ins of a contact away; tickets may go on referring to the row that is left.
 *  @returns the addresses that they had */
export async function eraseContact(tx: Tx, deskId: DeskId, contactId: string): Promise<string[]> {
  await endSessionsOf(tx, deskId, contactId);
  const gone = await tx
    .deleteFrom("contact_address")
    .where("desk_id", "=", deskId)
    .where("contact_id", "=", contactId)
    .returning("address")
    .execute();
  const addresses = gone.map(({ address }) => address);
  await sql`delete from customer_sign_in where desk_id = ${deskId} and address = any(${addresses}::text[])`.execute(tx);
  await eraseDirectory(tx, deskId, contactId, addresses);
  await tx
    .updateTable("contact")
    .set((row) => ({
      ...{ name: "", language: null, organisation_id: null, sees: null, notes: "" },
      version: row("version", "+", 1),
    }))
    .where("desk_id", "=", deskId)
    .where("contact_id", "=", contactId)
    .execute();
  return addresses;
}

/** What the directory keeps beside: also what was known of contacts that were merged into this one, and files that name any
 *  of their addresses. */
async function eraseDirectory(tx: Tx, deskId: DeskId, contactId: string, addresses: string[]): Promise<void> {
  await tx.deleteFrom("contact_phone").where("desk_id", "=", deskId).where("contact_id", "=", contactId).execute();
  await tx
    .deleteFrom("contact_external_id")
    .where("desk_id", "=", deskId)
    .where("contact_id", "=", contactId)
    .execute();
  await sql`update contact_merge set gone = '{}' where desk_id = ${deskId} and kept_id = ${contactId}`.execute(tx);
  await sql`
    delete from directory_import i where desk_id = ${deskId} and exists (
      select from unnest(${addresses}::text[]) a where strpos(lower(encode(i.file, 'escape')), a) > 0)`.execute(tx);
}
