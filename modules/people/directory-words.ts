import type { DeskId, Tx } from "@permanence/database";
import { type RawBuilder, sql, type SqlBool } from "kysely";
import { domainOf } from "./mail-address.ts";

// Customers are searched by the beginnings of words: of names, addresses, mail domains and what other programs call them.

export type Listed = "contact" | "organisation";

/** More of a word would not fit into its index. */
const LONGEST_WORD = 100;

/** The words of a text in lower case and without accents: "Agence d'Été" has agence, d and ete. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replaceAll(/\p{M}+/gu, "").toLowerCase();
  return cut(plain.split(/[^\p{L}\p{N}]+/u));
}

/** What a contact is found by. */
export function contactWords(contact: { name: string; addresses: string[]; externalIds: string[] }): string[] {
  const { name, addresses, externalIds } = contact;
  return cut([
    ...wordsOf(name),
    ...addresses.flatMap((address) => [address, domainOf(address)]),
    ...externalIds.flatMap((id) => [id.toLowerCase(), ...wordsOf(id)]),
  ]);
}

/** What an organisation is found by. */
export function organisationWords(organisation: { name: string; domains: string[]; externalId: string | null }) {
  const { name, domains, externalId } = organisation;
  const named = externalId === null ? [] : [externalId.toLowerCase(), ...wordsOf(externalId)];
  return cut([...wordsOf(name), ...domains, ...named]);
}

function cut(words: string[]): string[] {
  return [...new Set(words.map((word) => Array.from(word).slice(0, LONGEST_WORD).join("")))].filter(Boolean);
}

/** Whether each word that is searched for begins one of the row's. An address or a domain is searched for as it stands.
 *  @param id the column with the row's id */
export function isFoundBy(kind: Listed, deskId: DeskId, id: string, text: string): RawBuilder<SqlBool> {
  const conditions = searched(text).map(
    (word) => sql<SqlBool>`exists (select from directory_word w where w.desk_id = ${deskId} and w.kind = ${kind}
      and w.word >= ${word} and w.word < ${word + LAST_CHARACTER} and w.id = ${sql.ref(id)})`,
  );
  return conditions.length === 0 ? sql<SqlBool>`true` : sql.join(conditions, sql` and `);
}

const LAST_CHARACTER = "\u{10FFFF}";

function searched(text: string): string[] {
  const parts = text.trim().split(/\s+/);
  const words = parts.flatMap((part) => (/[@.]/.test(part) ? [part.replace(/^@/, "").toLowerCase()] : wordsOf(part)));
  return cut(words).slice(0, MOST_WORDS);
}

const MOST_WORDS = 8;

/** Writes the words of these rows anew, from what is known of them now. */
export async function indexContacts(tx: Tx, deskId: DeskId, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const { rows } = await sql<{ id: string; name: string; addresses: string[]; externalIds: string[] }>`
    select contact_id as id, name,
      array(select address from contact_address a where a.desk_id = c.desk_id and a.contact_id = c.contact_id) as addresses,
      array(select external_id from contact_external_id e where e.desk_id = c.desk_id and e.contact_id = c.contact_id)
        as "externalIds"
    from contact c where desk_id = ${deskId} and contact_id = any(${ids}::uuid[])`.execute(tx);
  await write(tx, deskId, "contact", ids, new Map(rows.map((row) => [row.id, contactWords(row)])));
}

export async function indexOrganisations(tx: Tx, deskId: DeskId, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const { rows } = await sql<{ id: string; name: string; externalId: string | null; domains: string[] }>`
    select organisation_id as id, name, external_id as "externalId",
      array(select domain from organisation_domain d
        where d.desk_id = o.desk_id and d.organisation_id = o.organisation_id) as domains
    from organisation o where desk_id = ${deskId} and organisation_id = any(${ids}::uuid[])`.execute(tx);
  await write(tx, deskId, "organisation", ids, new Map(rows.map((row) => [row.id, organisationWords(row)])));
}

async function write(tx: Tx, deskId: DeskId, kind: Listed, ids: string[], words: Map<string, string[]>): Promise<void> {
  await sql`delete from directory_word where desk_id = ${deskId} and kind = ${kind} and id = any(${ids}::uuid[])`.execute(
    tx,
  );
  const rows = [...words].flatMap(([id, each]) => each.map((word) => ({ id, word })));
  await sql`
    insert into directory_word (desk_id, kind, word, id)
    select ${deskId}::uuid, ${kind}, word, id from json_to_recordset(${JSON.stringify(rows)}::json) as w (id uuid, word text)`.execute(
    tx,
  );
}
