import type { DeskId, Tx } from "@permanence/database";
import { type Instant, instant, newId, type World } from "@permanence/kernel";
import { markDue } from "@permanence/search";
import { type RawBuilder, sql } from "kysely";
import type { DirectorySource } from "./directory-import-source.ts";
import { STANDARD_POLICY } from "./policy-settings.ts";

/** As `deskOf` keeps a desk: whoever registers a ticket has heard of a new contract by then. */
const KNOWN_EVERYWHERE_AFTER_MS = 5_000;

/** Writes what a plan made of the model. @returns false where a row is not as it was when it was read: then the caller
 *  takes all of it back */
export async function writeDirectory(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { model, versions }: DirectorySource,
  agentId: string,
): Promise<boolean> {
  const now = world.clock.now();
  const ids = new Map([...model.organisations.keys(), ...model.contacts.keys()].map((id) => [id, idOf(world, id)]));
  const of = (id: string | null) => (id === null ? null : ids.get(id)!);
  const organisations = rowsOf(model.organisations, model.changed, of, versions);
  const contacts = rowsOf(model.contacts, model.changed, of, versions).map((row) => ({
    ...{ ...row, organisationId: of(row.organisationId) },
  }));
  const written =
    (await writeOrganisations(tx, deskId, organisations, now)) && (await writeContacts(tx, deskId, contacts, now));
  if (!written) return false;
  const added = (list: keyof typeof model.added) =>
    model.added[list].map(({ contactId, value }) => ({ id: of(contactId), value }));
  await insertAll(
    tx,
    added("addresses"),
    (some) => sql`
    insert into contact_address (desk_id, address, contact_id, source, added_at, added_by)
    select ${deskId}::uuid, value, id, 'import', ${now}::bigint, ${agentId}::uuid from ${some} as n (id uuid, value text)`,
  );
  await insertAll(
    tx,
    added("phones"),
    (some) => sql`
    insert into contact_phone (desk_id, contact_id, phone)
    select ${deskId}::uuid, id, value from ${some} as n (id uuid, value text)`,
  );
  await insertAll(
    tx,
    added("externalIds"),
    (some) => sql`
    insert into contact_external_id (desk_id, external_id, contact_id)
    select ${deskId}::uuid, value, id from ${some} as n (id uuid, value text)`,
  );
  await writeFirstAddresses(tx, deskId, contacts, model);
  const domains = model.newDomains.map(({ domain, organisationId }) => ({ domain, id: of(organisationId)! }));
  await writeDomains(tx, world, deskId, domains, agentId);
  await writeContracts(
    tx,
    deskId,
    [...model.policies].map(([id, policy]) => ({ id: of(id), policy })),
    { agentId, now },
  );
  markDue(
    tx,
    world,
    deskId,
    "organisation",
    [...organisations, ...domains].map(({ id }) => id),
  );
  markDue(
    tx,
    world,
    deskId,
    "contact",
    contacts.map(({ id }) => id),
  );
  return true;
}

function idOf(world: World, id: string): string {
  return id.startsWith("+") ? newId(world) : id;
}

/** Those that are new or changed, as they shall be. `version` is null for the new ones. */
function rowsOf<R extends { id: string }>(
  rows: Map<string, R>,
  changed: Set<string>,
  of: (id: string) => string | null,
  versions: Map<string, number>,
) {
  const wanted = [...rows.values()].filter(({ id }) => id.startsWith("+") || changed.has(id));
  return wanted.map((row) => ({ ...row, key: row.id, id: of(row.id)!, version: versions.get(row.id) ?? null }));
}

type Written = { id: string; version: number | null };

async function writeOrganisations(tx: Tx, deskId: DeskId, rows: Written[], now: Instant): Promise<boolean> {
  const columns = sql`as n (id uuid, name text, "externalId" text, language text, sees text, version int)`;
  await insertAll(
    tx,
    rows.filter(isNew),
    (some) => sql`
    insert into organisation (desk_id, organisation_id, name, external_id, language, sees, created_at)
    select ${deskId}::uuid, id, name, "externalId", language, sees, ${now}::bigint from ${some} ${columns}`,
  );
  return await updateAll(
    tx,
    rows,
    (some) => sql`
    update organisation o set name = n.name, external_id = n."externalId", language = n.language, sees = n.sees,
      version = o.version + 1
    from ${some} ${columns}
    where o.desk_id = ${deskId} and o.organisation_id = n.id and o.version = n.version`,
  );
}

async function writeContacts(tx: Tx, deskId: DeskId, rows: Written[], now: Instant): Promise<boolean> {
  const columns = sql`as n (id uuid, name text, "organisationId" uuid, language text, sees text, version int)`;
  await insertAll(
    tx,
    rows.filter(isNew),
    (some) => sql`
    insert into contact (desk_id, contact_id, organisation_id, name, language, sees, created_at)
    select ${deskId}::uuid, id, "organisationId", name, language, sees, ${now}::bigint from ${some} ${columns}`,
  );
  return await updateAll(
    tx,
    rows,
    (some) => sql`
    update contact c set name = n.name, organisation_id = n."organisationId", language = n.language, sees = n.sees,
      version = c.version + 1
    from ${some} ${columns}
    where c.desk_id = ${deskId} and c.contact_id = n.id and c.version = n.version`,
  );
}

const isNew = ({ version }: Written) => version === null;

/** Of somebody new, the address that the file names first. */
async function writeFirstAddresses(
  tx: Tx,
  deskId: DeskId,
  contacts: (Written & { key: string })[],
  { contacts: models }: DirectorySource["model"],
): Promise<void> {
  const firsts = contacts.filter(isNew).map(({ key }) => [...models.get(key)!.addresses][0]!);
  await sql`
    update contact_address set is_primary = true where desk_id = ${deskId} and address = any(${firsts}::text[])`.execute(
    tx,
  );
}

async function writeDomains(
  tx: Tx,
  world: World,
  deskId: DeskId,
  domains: { domain: string; id: string }[],
  agentId: string,
): Promise<void> {
  await insertAll(
    tx,
    domains,
    (some) => sql`
    insert into organisation_domain (desk_id, domain, organisation_id, confirmed_by, confirmed_at)
    select ${deskId}::uuid, domain, id, ${agentId}::uuid, ${world.clock.now()}::bigint from ${some} as n (domain text, id uuid)`,
  );
  if (domains.length === 0) return;
  // As when a domain is confirmed by hand.
  const { rows } = await sql<{ id: string }>`
    update contact c set organisation_id = j.organisation_id, version = c.version + 1
    from (
      select distinct on (a.contact_id) a.contact_id, d.organisation_id
      from contact_address a join organisation_domain d on d.desk_id = a.desk_id and d.domain = split_part(a.address, '@', -1)
      where a.desk_id = ${deskId} and d.domain = any(${domains.map(({ domain }) => domain)}::text[])
      order by a.contact_id, a.address
    ) j
    where c.desk_id = ${deskId} and c.contact_id = j.contact_id and c.organisation_id is null
    returning c.contact_id as id`.execute(tx);
  markDue(
    tx,
    world,
    deskId,
    "contact",
    rows.map(({ id }) => id),
  );
}

async function writeContracts(
  tx: Tx,
  deskId: DeskId,
  contracts: { id: string | null; policy: string }[],
  { agentId, now }: { agentId: string; now: Instant },
): Promise<void> {
  const holdsFrom = instant(now + KNOWN_EVERYWHERE_AFTER_MS);
  await insertAll(
    tx,
    contracts,
    (some) => sql`
    insert into contract (desk_id, organisation_id, holds_from, policy, made_by, made_at)
    select ${deskId}::uuid, id, ${holdsFrom}::bigint, nullif(policy, ${STANDARD_POLICY}), ${`agent:${agentId}`}, ${now}::bigint
    from ${some} as n (id uuid, policy text)
    on conflict (desk_id, organisation_id, holds_from) do update
      set policy = excluded.policy, made_by = excluded.made_by, made_at = excluded.made_at`,
  );
}

async function insertAll(
  tx: Tx,
  rows: object[],
  statement: (rows: RawBuilder<unknown>) => RawBuilder<unknown>,
): Promise<void> {
  if (rows.length > 0) await statement(asRows(rows)).execute(tx);
}

async function updateAll(
  tx: Tx,
  rows: Written[],
  statement: (rows: RawBuilder<unknown>) => RawBuilder<unknown>,
): Promise<boolean> {
  const changed = rows.filter((row) => !isNew(row));
  if (changed.length === 0) return true;
  const { numAffectedRows } = await statement(asRows(changed)).execute(tx);
  return numAffectedRows === BigInt(changed.length);
}

function asRows(rows: object[]): RawBuilder<unknown> {
  return sql`json_to_recordset(${JSON.stringify(rows)}::json)`;
}
