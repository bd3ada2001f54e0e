import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { type ColumnType, sql } from "kysely";
import type { CalendarSettings } from "./calendar-settings.ts";
import type { PolicyDocument } from "./policy-settings.ts";
import { BEGINNING, digestOf, FILE, type Promises, type Version } from "./policy-terms.ts";

type VersionColumns<D> = {
  desk_id: DeskId;
  version: number;
  holds_from: Instant;
  document: ColumnType<D, string, never>;
  digest: Buffer;
  made_by: string;
  made_at: Instant;
};

declare module "@permanence/database" {
  interface Tables {
    policy_version: VersionColumns<PolicyDocument> & { policy: string };
    calendar_version: VersionColumns<CalendarSettings> & { calendar: string };
  }
}

const NAME = { policy_version: "policy", calendar_version: "calendar" } as const;
type VersionTable = keyof typeof NAME;
type DocumentOf<T extends VersionTable> = T extends "policy_version" ? PolicyDocument : CalendarSettings;

export async function findPromises(tx: Tx, deskId: DeskId): Promise<Promises> {
  const [policies, calendars] = await Promise.all([
    findVersions(tx, deskId, "policy_version"),
    findVersions(tx, deskId, "calendar_version"),
  ]);
  return { policies, calendars };
}

async function findVersions<T extends VersionTable>(tx: Tx, deskId: DeskId, table: T) {
  const { rows } = await sql<Version<DocumentOf<T>>>`
    select ${sql.ref(NAME[table])} as name, version, holds_from as "holdsFrom", document, encode(digest, 'hex') as digest,
      made_by as "madeBy", made_at as "madeAt"
    from ${sql.table(table)} where desk_id = ${deskId} order by name, version`.execute(tx);
  return rows;
}

export type NewVersion<D> = { name: string; document: D; holdsFrom: Instant; madeBy: string; madeAt: Instant };

/** Adds a version behind those that `known` has. The first of its name holds from the beginning. */
export async function addVersion<T extends VersionTable>(
  tx: Tx,
  deskId: DeskId,
  table: T,
  known: readonly Version<unknown>[],
  { name, document, holdsFrom, madeBy, madeAt }: NewVersion<DocumentOf<T>>,
): Promise<Version<DocumentOf<T>>> {
  const before = known.filter((each) => each.name === name);
  const version = (before.at(-1)?.version ?? 0) + 1;
  const from = before.length === 0 ? BEGINNING : holdsFrom;
  const digest = digestOf(document);
  await sql`
    insert into ${sql.table(table)} (desk_id, ${sql.ref(NAME[table])}, version, holds_from, document, digest, made_by, made_at)
    values (${deskId}, ${name}, ${version}, ${from}, ${JSON.stringify(document)}, decode(${digest}, 'hex'), ${madeBy}, ${madeAt})`.execute(
    tx,
  );
  return { name, version, holdsFrom: from, document, digest, madeBy, madeAt };
}

/** Those who make versions of one desk wait for each other here, so that numbers and judgements are of one state. */
export async function lockPromises(tx: Tx, deskId: DeskId): Promise<void> {
  await sql`select from desk where desk_id = ${deskId} for no key update`.execute(tx);
}

/** What desk.yaml said last of this name, and whether somebody changed it since by the API. */
export function standing<D>(versions: readonly Version<D>[], name: string) {
  const ofName = versions.filter((each) => each.name === name);
  const byFile = ofName.findLast(({ madeBy }) => madeBy === FILE);
  return { newest: ofName.at(-1), byFile, isEdited: ofName.length > 0 && ofName.at(-1)!.madeBy !== FILE };
}
