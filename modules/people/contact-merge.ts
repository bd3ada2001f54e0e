import type { DeskId, Tx } from "@permanence/database";
import { assert, type World } from "@permanence/kernel";
import { markDue, markFoundDue } from "@permanence/search";
import { sql } from "kysely";
import { type ContactDetails, findContactDetails, lockContact } from "./contact-details.ts";
import { CONTACT_REFERENCES, type ContactReference } from "./contact-references.ts";
import { choosePrimary } from "./contact-addresses.ts";

export const MERGED_FIELDS = ["name", "language", "organisation", "sees"] as const;
export type MergedField = (typeof MERGED_FIELDS)[number];
export type Side = "kept" | "gone";

/** Both contacts have something here, and not the same. */
export type MergeConflict = { field: MergedField; kept: string; gone: string };

export type MergePreview = {
  kept: ContactDetails;
  gone: ContactDetails;
  conflicts: MergeConflict[];
  /** How many rows of which table would be the kept one's. */
  moves: Record<string, number>;
};

/** What merging two contacts would do; null where either is not there, "same" where they are one already. */
export async function previewMerge(
  tx: Tx,
  deskId: DeskId,
  keptId: string,
  goneId: string,
): Promise<MergePreview | "same" | null> {
  const [kept, gone] = [await findContactDetails(tx, deskId, keptId), await findContactDetails(tx, deskId, goneId)];
  if (kept === null || gone === null) return null;
  if (kept.id === gone.id) return "same";
  const moves: Record<string, number> = {};
  for (const { table, column } of CONTACT_REFERENCES) {
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from ${sql.table(table)}
      where desk_id = ${deskId} and ${sql.ref(column)} = ${gone.id}`.execute(tx);
    moves[table] = rows[0]!.count;
  }
  return { kept, gone, conflicts: conflictsOf(kept, gone), moves };
}

/** Where a choice is needed: what only one of them has is taken over. */
function conflictsOf(kept: ContactDetails, gone: ContactDetails): MergeConflict[] {
  return MERGED_FIELDS.flatMap((field) => {
    const [ours, theirs] = [kept[field], gone[field]];
    if (isMissing(ours) || isMissing(theirs) || idOf(ours) === idOf(theirs)) return [];
    return [{ field, kept: wordOf(ours), gone: wordOf(theirs) }];
  });
}

type Value = ContactDetails[MergedField];

function isMissing(value: Value): value is null | "" {
  return value === null || value === "";
}

function idOf(value: Value): string | null {
  return typeof value === "object" && value !== null ? value.id : value;
}

function wordOf(value: NonNullable<Value>): string {
  return typeof value === "object" ? value.name : value;
}

export type MergeRequest = {
  keptId: string;
  goneId: string;
  /** Of both, as the agent saw them. */
  versions: { kept: number; gone: number };
  /** Which one's counts, for each conflict. */
  choices: Partial<Record<MergedField, Side>>;
  agentId: string;
};

export type MergeRefusal = "not-found" | "same" | "changed" | { undecided: MergedField[] };

/**
 * Makes two contacts one, for good: all that belongs to the one that goes belongs to the one that is kept, and its id leads
 * there. Clocks and what proves them do not change: a ticket's chain names no contact. Nothing is left that could belong to
 * the one that goes: its row is gone, and a mail that is being filed for it waits, fails and is filed again.
 */
export async function mergeContacts(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { keptId, goneId, versions, choices, agentId }: MergeRequest,
): Promise<"merged" | MergeRefusal> {
  if (keptId === goneId) return "same";
  const locked = new Map<string, number | null>();
  for (const id of [keptId, goneId].toSorted()) locked.set(id, await lockContact(tx, deskId, id)); // One order: no deadlock.
  const [kept, gone] = [await findContactDetails(tx, deskId, keptId), await findContactDetails(tx, deskId, goneId)];
  if (kept === null || gone === null) return "not-found";
  if (kept.id === gone.id) return "same";
  if (kept.id !== keptId || gone.id !== goneId) return "changed"; // One of them was merged into a third.
  if (locked.get(keptId) !== versions.kept || locked.get(goneId) !== versions.gone) return "changed";
  const undecided = conflictsOf(kept, gone).filter(({ field }) => choices[field] === undefined);
  if (undecided.length > 0) return { undecided: undecided.map(({ field }) => field) };

  const first = kept.addresses[0]?.address;
  if (first !== undefined) await choosePrimary(tx, deskId, { contactId: keptId, address: first });
  await sql`update contact_address set is_primary = false where desk_id = ${deskId} and contact_id = ${goneId}`.execute(
    tx,
  );
  for (const reference of CONTACT_REFERENCES) await moveRows(tx, deskId, reference, { keptId, goneId });
  await sql`delete from contact where desk_id = ${deskId} and contact_id = ${goneId}`.execute(tx);
  await recordMerge(tx, world, deskId, { keptId, gone, agentId });
  await keepTogether(tx, deskId, { kept, gone, choices });
  markDue(tx, world, deskId, "contact", [keptId, goneId]);
  const tickets = sql`select ticket_id from ticket where desk_id = ${deskId} and contact_id = ${keptId}`;
  await markFoundDue(tx, deskId, "ticket", tickets, world.clock.now());
  return "merged";
}

type Both = { keptId: string; goneId: string };

async function moveRows(tx: Tx, deskId: DeskId, reference: ContactReference, { keptId, goneId }: Both): Promise<void> {
  const [table, column] = [sql.table(reference.table), sql.ref(reference.column)];
  if (reference.once) {
    const same = sql.join(
      reference.once.map((name) => sql`ours.${sql.ref(name)} = theirs.${sql.ref(name)}`),
      sql` and `,
    );
    await sql`
      delete from ${table} theirs using ${table} ours
      where theirs.desk_id = ${deskId} and ours.desk_id = ${deskId} and theirs.${column} = ${goneId}
        and ours.${column} = ${keptId} and ${same}`.execute(tx);
  }
  // Whoever has the ticket before them saw it as another customer's: its version says so.
  const version = reference.table === "ticket" ? sql`, version = version + 1` : sql``;
  await sql`
    update ${table} set ${column} = ${keptId}${version} where desk_id = ${deskId} and ${column} = ${goneId}`.execute(
    tx,
  );
}

async function recordMerge(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { keptId, gone, agentId }: { keptId: string; gone: ContactDetails; agentId: string },
): Promise<void> {
  await sql`
    insert into contact_merge (desk_id, gone_id, kept_id, merged_at, merged_by, gone)
    values (${deskId}, ${gone.id}, ${keptId}, ${world.clock.now()}, ${agentId}, ${JSON.stringify(gone)})`.execute(tx);
}

/** What only one of them had is the kept one's; where both had something, what was chosen. Notes are kept of both. */
async function keepTogether(
  tx: Tx,
  deskId: DeskId,
  { kept, gone, choices }: { kept: ContactDetails; gone: ContactDetails } & Pick<MergeRequest, "choices">,
): Promise<void> {
  const pick = <F extends MergedField>(field: F): ContactDetails[F] => {
    if (isMissing(kept[field])) return gone[field];
    if (isMissing(gone[field])) return kept[field];
    return choices[field] === "gone" ? gone[field] : kept[field];
  };
  const notes = [...new Set([kept.notes, gone.notes])].filter((text) => text !== "").join("\n\n");
  const { numUpdatedRows } = await tx
    .updateTable("contact")
    .set((row) => ({
      ...{ name: pick("name"), language: pick("language"), sees: pick("sees"), notes },
      ...{ organisation_id: pick("organisation")?.id ?? null, version: row("version", "+", 1) },
    }))
    .where("desk_id", "=", deskId)
    .where("contact_id", "=", kept.id)
    .executeTakeFirstOrThrow();
  assert(numUpdatedRows === 1n, "the kept contact is locked, and so is there");
}
