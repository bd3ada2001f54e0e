import type { DeskId, Tx } from "@permanence/database";
import { type Instant, newId, type World } from "@permanence/kernel";
import { markDue } from "@permanence/search";
import { type RawBuilder, sql } from "kysely";
import { holds, laterInName, type NamePage } from "./name-page.ts";
import type { Sees } from "./people-tables.ts";
import { STANDARD_POLICY } from "./policy-settings.ts";
import { isPublicMailProvider } from "./public-mail-providers.ts";

export type Organisation = { id: string; name: string };

/** All that the desk keeps of an organisation beside its people and tickets. */
export type OrganisationDetails = Organisation & {
  domains: string[];
  language: string | null;
  externalId: string | null;
  notes: string;
  /** Whose tickets its people see, of whom nothing else is said. */
  sees: Sees;
  /** The policy that its contract names now. */
  policy: string;
  version: number;
};

export async function addOrganisation(tx: Tx, world: World, deskId: DeskId, name: string): Promise<Organisation> {
  const id = newId(world);
  const created_at = world.clock.now();
  await tx.insertInto("organisation").values({ desk_id: deskId, organisation_id: id, name, created_at }).execute();
  markDue(tx, world, deskId, "organisation", [id]);
  return { id, name };
}

/** By name. @param q what the name must hold, in any case of letters */
export async function listOrganisations(
  tx: Tx,
  deskId: DeskId,
  { q, after, limit }: NamePage & { q?: string | undefined },
): Promise<Organisation[]> {
  return await tx
    .selectFrom("organisation")
    .select(["organisation_id as id", "name"])
    .where("desk_id", "=", deskId)
    .$if(q !== undefined, (query) => query.where(holds("name", q!)))
    .$if(after !== undefined, (query) => query.where(laterInName("organisation_id", after!)))
    .orderBy("name")
    .orderBy("organisation_id")
    .limit(limit)
    .execute();
}

export async function findOrganisation(
  tx: Tx,
  deskId: DeskId,
  organisationId: string,
  now: Instant,
): Promise<OrganisationDetails | null> {
  const { rows } = await sql<OrganisationDetails>`
    select o.organisation_id as id, name, language, external_id as "externalId", notes, sees, version,
      array(select domain from organisation_domain d
        where d.desk_id = o.desk_id and d.organisation_id = o.organisation_id order by domain) as domains,
      coalesce((select policy from contract k where k.desk_id = o.desk_id and k.organisation_id = o.organisation_id
        and k.holds_from <= ${now} order by holds_from desc limit 1), ${STANDARD_POLICY}) as policy
    from organisation o where o.desk_id = ${deskId} and o.organisation_id = ${organisationId}`.execute(tx);
  return rows[0] ?? null;
}

export async function organisationExists(tx: Tx, deskId: DeskId, organisationId: string): Promise<boolean> {
  const row = await tx
    .selectFrom("organisation")
    .select("organisation_id")
    .where("desk_id", "=", deskId)
    .where("organisation_id", "=", organisationId)
    .executeTakeFirst();
  return row !== undefined;
}

/** What an agent may say of an organisation; what is left out stays. */
export type OrganisationChange = Partial<
  Pick<OrganisationDetails, "name" | "language" | "externalId" | "notes" | "sees">
>;

/** Changes an organisation at the version that was seen. */
export async function changeOrganisation(
  tx: Tx,
  world: World,
  deskId: DeskId,
  organisationId: string,
  { change, allows }: { change: OrganisationChange; allows: (version: number) => boolean },
): Promise<"changed" | "no-organisation" | "other-version" | "taken-external-id"> {
  const row = await tx
    .selectFrom("organisation")
    .select("version")
    .where("desk_id", "=", deskId)
    .where("organisation_id", "=", organisationId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return "no-organisation";
  if (!allows(row.version)) return "other-version";
  const { externalId, ...plain } = change;
  if (externalId !== undefined && externalId !== null) {
    const other = await tx
      .selectFrom("organisation")
      .select("organisation_id")
      .where("desk_id", "=", deskId)
      .where("external_id", "=", externalId)
      .where("organisation_id", "<>", organisationId)
      .executeTakeFirst();
    if (other) return "taken-external-id";
  }
  await tx
    .updateTable("organisation")
    .set({ ...plain, ...(externalId !== undefined && { external_id: externalId }), version: row.version + 1 })
    .where("desk_id", "=", deskId)
    .where("organisation_id", "=", organisationId)
    .execute();
  markDue(tx, world, deskId, "organisation", [organisationId]);
  return "changed";
}

export type DomainRefusal = "no-organisation" | "taken" | "public-provider";

/**
 * Records that an agent found this mail domain to be the organisation's. Contacts with an address there who belong to
 * no organisation join it, now and from now on. Doing it twice changes nothing.
 * @param domain in lower case, as `normalDomain` gives it
 */
export async function confirmDomain(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { organisationId, domain, agentId }: { organisationId: string; domain: string; agentId: string },
): Promise<DomainRefusal | "confirmed"> {
  if (isPublicMailProvider(domain)) return "public-provider";
  if (!(await organisationExists(tx, deskId, organisationId))) return "no-organisation";
  await tx
    .insertInto("organisation_domain")
    .values({
      ...{ desk_id: deskId, domain, organisation_id: organisationId },
      ...{ confirmed_by: agentId, confirmed_at: world.clock.now() },
    })
    .onConflict((conflict) => conflict.columns(["desk_id", "domain"]).doNothing())
    .execute();
  const { organisation_id } = await tx
    .selectFrom("organisation_domain")
    .select("organisation_id")
    .where("desk_id", "=", deskId)
    .where("domain", "=", domain)
    .executeTakeFirstOrThrow();
  if (organisation_id !== organisationId) return "taken";
  const joined = sql`
    update contact set organisation_id = ${organisationId}, version = version + 1
    where desk_id = ${deskId} and organisation_id is null and contact_id in (
      select contact_id from contact_address
      where desk_id = ${deskId} and split_part(address, '@', -1) = ${domain})`;
  await moveContacts(tx, world, deskId, organisationId, joined);
  return "confirmed";
}

/** Takes a confirmation back: who belonged to the organisation by this domain alone belongs to none. Whoever has no
 *  address there stays: somebody said that they belong. */
export async function removeDomain(
  tx: Tx,
  world: World,
  deskId: DeskId,
  organisationId: string,
  domain: string,
): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom("organisation_domain")
    .where("desk_id", "=", deskId)
    .where("organisation_id", "=", organisationId)
    .where("domain", "=", domain)
    .executeTakeFirstOrThrow();
  if (numDeletedRows === 0n) return;
  const left = sql`
    update contact c set organisation_id = null, version = version + 1
    where desk_id = ${deskId} and organisation_id = ${organisationId} and exists (
      select from contact_address a where a.desk_id = c.desk_id and a.contact_id = c.contact_id
        and split_part(a.address, '@', -1) = ${domain})
      and not exists (
      select from contact_address a
      join organisation_domain d on d.desk_id = a.desk_id and d.domain = split_part(a.address, '@', -1)
      where a.desk_id = c.desk_id and a.contact_id = c.contact_id
        and d.organisation_id = c.organisation_id)`;
  await moveContacts(tx, world, deskId, organisationId, left);
}

/** What changed is found by its new organisation, and the organisation by its domains. */
async function moveContacts(
  tx: Tx,
  world: World,
  deskId: DeskId,
  organisationId: string,
  update: RawBuilder<unknown>,
): Promise<void> {
  const { rows } = await sql<{ id: string }>`${update} returning contact_id as id`.execute(tx);
  const ids = rows.map(({ id }) => id);
  markDue(tx, world, deskId, "contact", ids);
  markDue(tx, world, deskId, "organisation", [organisationId]);
}
