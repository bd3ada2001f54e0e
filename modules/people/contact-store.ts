import type { DeskId, Tx } from "@permanence/database";
import { assert, newId, type World } from "@permanence/kernel";
import { domainOf, normalAddress } from "./mail-address.ts";
import { organisationOfDomain } from "./organisation-store.ts";

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

export type Sender = { address: string; name: string; language: string | null };

/**
 * The contact with this address, made if there is none: with the organisation whose confirmed domain it is. A name
 * and a language are taken over where the contact has none. Two mails of a new sender at the same time give one contact.
 * @param sender its address is a mail address (RFC 5322, addr-spec); the case of its letters does not matter
 */
export async function findOrMakeContact(tx: Tx, world: World, deskId: DeskId, sender: Sender): Promise<Contact> {
  const address = normalAddress(sender.address) ?? sender.address.trim().toLowerCase();
  const found = await findContact(tx, deskId, address);
  return found
    ? await complete(tx, deskId, found, sender)
    : await makeContact(tx, world, deskId, { ...sender, address });
}

/** `address` is in lower case. */
export async function findContact(tx: Tx, deskId: DeskId, address: string): Promise<Contact | null> {
  const row = await tx
    .selectFrom("contact_address as a")
    .innerJoin("contact as c", (join) =>
      join.onRef("c.desk_id", "=", "a.desk_id").onRef("c.contact_id", "=", "a.contact_id"),
    )
    .select(["c.contact_id as contactId", "a.address", "c.name", "c.language"])
    .select(["c.organisation_id as organisationId", "a.verified_at as verifiedAt"])
    .where("a.desk_id", "=", deskId)
    .where("a.address", "=", address)
    .executeTakeFirst();
  if (!row) return null;
  const { verifiedAt, ...contact } = row;
  return { ...contact, verified: verifiedAt !== null };
}

/** The address decides a race: whoever comes second waits for the first here, and takes the contact that it made. */
async function makeContact(tx: Tx, world: World, deskId: DeskId, sender: Sender): Promise<Contact> {
  const { address, language } = sender;
  const contactId = newId(world);
  const name = sender.name.trim();
  const added = await tx
    .with("made", (query) =>
      query
        .insertInto("contact")
        .values({
          ...{ desk_id: deskId, contact_id: contactId, name, language, created_at: world.clock.now() },
          organisation_id: organisationOfDomain(deskId, domainOf(address)),
        })
        .returning("organisation_id"),
    )
    .insertInto("contact_address")
    .values({ desk_id: deskId, address, contact_id: contactId, verified_at: null })
    .onConflict((conflict) => conflict.columns(["desk_id", "address"]).doNothing())
    .returning((address) => address.selectFrom("made").select("made.organisation_id").as("organisationId"))
    .executeTakeFirst();
  if (added) return { contactId, address, name, language, organisationId: added.organisationId, verified: false };

  await tx.deleteFrom("contact").where("desk_id", "=", deskId).where("contact_id", "=", contactId).execute();
  const others = await findContact(tx, deskId, address);
  assert(others !== null, "who made the address first has committed");
  return await complete(tx, deskId, others, sender);
}

/** Takes over a name and a language where the contact has none. Its organisation came with the confirmed domain. */
async function complete(tx: Tx, deskId: DeskId, contact: Contact, sender: Sender): Promise<Contact> {
  const name = contact.name || sender.name.trim();
  const language = contact.language ?? sender.language;
  if (name === contact.name && language === contact.language) return contact;
  await tx
    .updateTable("contact")
    .set({ name, language })
    .where("desk_id", "=", deskId)
    .where("contact_id", "=", contact.contactId)
    .execute();
  return { ...contact, name, language };
}
