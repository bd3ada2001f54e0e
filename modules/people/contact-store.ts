import type { DeskId, Tx } from "@permanence/database";
import { assert, newId, type World } from "@permanence/kernel";
import { MADE, markDue } from "@permanence/search";
import { sql } from "kysely";
import { domainOf, normalAddress } from "./mail-address.ts";
import type { AddressSource } from "./people-tables.ts";
import { isPublicMailProvider } from "./public-mail-providers.ts";

/** A person at one of their addresses. */
export type Contact = {
  contactId: string;
  address: string; // In lower case.
  name: string; // Empty when the person never gave one.
  language: string | null;
  organisationId: string | null;
  /** Whether the person was seen to read mail at this address. */
  verified: boolean;
};

/** `source`: how the desk comes to know of them; by a mail where nothing is said. */
export type Sender = { address: string; name: string; language: string | null; source?: AddressSource };

/** The contact with this address, made if there is none: see `findOrMakeContacts`. */
export async function findOrMakeContact(tx: Tx, world: World, deskId: DeskId, sender: Sender): Promise<Contact> {
  const [contact] = await findOrMakeContacts(tx, world, deskId, [sender]);
  return contact!;
}

/**
 * The contact of each sender, in their order, made if there is none: with the organisation whose confirmed domain it is.
 * A name and a language are taken over where the contact has none. Two mails of a new sender at the same time give one
 * contact.
 * @param senders their addresses are mail addresses (RFC 5322, addr-spec); the case of the letters does not matter
 */
export async function findOrMakeContacts(tx: Tx, world: World, deskId: DeskId, senders: Sender[]): Promise<Contact[]> {
  const wanted = senders.map((sender) => ({ ...sender, address: addressOf(sender), name: sender.name.trim() }));
  const addresses = [...new Set(wanted.map(({ address }) => address))];
  const known = await findContacts(tx, deskId, addresses);
  const strangers = addresses.filter((address) => !known.has(address));
  if (strangers.length > 0) {
    const first = strangers.map((address) => wanted.find((sender) => sender.address === address)!);
    for (const contact of await makeContacts(tx, world, deskId, first)) known.set(contact.address, contact);
  }
  const contacts: Contact[] = [];
  for (const sender of wanted) {
    const contact = await complete(tx, world, deskId, known.get(sender.address)!, sender);
    known.set(sender.address, contact);
    contacts.push(contact);
  }
  return contacts;
}

function addressOf({ address }: Sender): string {
  return normalAddress(address) ?? address.trim().toLowerCase();
}

/** `address` is in lower case. */
export async function findContact(tx: Tx, deskId: DeskId, address: string): Promise<Contact | null> {
  return (await findContacts(tx, deskId, [address])).get(address) ?? null;
}

async function findContacts(tx: Tx, deskId: DeskId, addresses: string[]): Promise<Map<string, Contact>> {
  const rows = await tx
    .selectFrom("contact_address as a")
    .innerJoin("contact as c", (join) =>
      join.onRef("c.desk_id", "=", "a.desk_id").onRef("c.contact_id", "=", "a.contact_id"),
    )
    .select(["c.contact_id as contactId", "a.address", "c.name", "c.language"])
    .select(["c.organisation_id as organisationId", "a.verified_at as verifiedAt"])
    .where("a.desk_id", "=", deskId)
    .where(sql<boolean>`a.address = any(${addresses}::text[])`)
    .execute();
  return new Map(rows.map(({ verifiedAt, ...row }) => [row.address, { ...row, verified: verifiedAt !== null }]));
}

/** The address decides a race: whoever comes second waits for the first here, and takes the contact that it made. */
async function makeContacts(tx: Tx, world: World, deskId: DeskId, senders: Sender[]): Promise<Contact[]> {
  const made = senders.map(({ address, name, language, source = "mail" }) => ({
    ...{ contact_id: newId(world), address, name: name.toWellFormed(), language, source },
    domain: isPublicMailProvider(domainOf(address)) ? null : domainOf(address), // Whatever was confirmed for it.
  }));
  const { rows } = await sql<{ address: string; organisation_id: string | null }>`
    with made as materialized (
      select * from json_to_recordset(${JSON.stringify(made)}::json)
        as s (contact_id uuid, address text, name text, language text, domain text, source text)
    ), contacts as (
      insert into contact (desk_id, contact_id, organisation_id, name, language, created_at)
      select ${deskId}::uuid, contact_id, (
        select organisation_id from organisation_domain d where d.desk_id = ${deskId}::uuid and d.domain = made.domain
      ), name, language, ${world.clock.now()}::bigint from made
      returning contact_id, organisation_id
    ), addresses as (
      insert into contact_address (desk_id, address, contact_id, verified_at, source, added_at)
      select ${deskId}::uuid, address, contact_id, null, source, ${world.clock.now()}::bigint from made order by address
      on conflict (desk_id, address) do nothing returning address, contact_id
    ), due as (
      insert into search_due (desk_id, kind, entry_id, marked_at)
      select ${deskId}::uuid, 'contact', contact_id, ${MADE}::bigint from made
    )
    select address, organisation_id from addresses join contacts using (contact_id)`.execute(tx);
  const organisations = new Map(rows.map((row) => [row.address, row.organisation_id]));
  const [ours, lost] = [
    made.filter(({ address }) => organisations.has(address)),
    made.filter(({ address }) => !organisations.has(address)),
  ];
  const contacts = ours.map(({ contact_id: contactId, address, name, language }) => ({
    ...{ contactId, address, name, language, organisationId: organisations.get(address)!, verified: false },
  }));
  return lost.length === 0 ? contacts : [...contacts, ...(await takeOthers(tx, deskId, lost))];
}

/** Of those that others made first: ours go again. */
async function takeOthers(tx: Tx, deskId: DeskId, lost: { contact_id: string; address: string }[]): Promise<Contact[]> {
  const ids = lost.map(({ contact_id }) => contact_id);
  await tx
    .deleteFrom("contact")
    .where("desk_id", "=", deskId)
    .where(sql<boolean>`contact_id = any(${ids}::uuid[])`)
    .execute();
  const addresses = lost.map(({ address }) => address);
  const theirs = await findContacts(tx, deskId, addresses);
  assert(theirs.size === lost.length, "who made the address first has committed");
  return [...theirs.values()];
}

/** Takes over a name and a language where the contact has none. Its organisation came with the confirmed domain. */
async function complete(tx: Tx, world: World, deskId: DeskId, contact: Contact, sender: Sender): Promise<Contact> {
  const name = contact.name || sender.name;
  const language = contact.language ?? sender.language;
  if (name === contact.name && language === contact.language) return contact;
  const completed = { ...contact, name, language };
  await setContactProfile(tx, world, deskId, completed);
  return completed;
}

/** What a customer says of themselves. */
export async function setContactProfile(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { contactId, name, language }: Pick<Contact, "contactId" | "name" | "language">,
): Promise<void> {
  markDue(tx, world, deskId, "contact", [contactId]);
  await tx
    .updateTable("contact")
    .set((row) => ({ name, language, version: row("version", "+", 1) }))
    .where("desk_id", "=", deskId)
    .where("contact_id", "=", contactId)
    .execute();
}
