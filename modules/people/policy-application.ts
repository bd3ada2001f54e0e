import { isDeepStrictEqual } from "node:util";
import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { type Contract, listContracts, saveContract } from "./contract-store.ts";
import type { Mistake } from "./desk-file.ts";
import type { WrittenPromises } from "./desk-settings.ts";
import { STANDARD_POLICY } from "./policy-settings.ts";
import { addVersion, findPromises, standing } from "./policy-store.ts";
import { FILE, type Version } from "./policy-terms.ts";

export type PoliciesApplied = { changed: string[]; errors: Mistake[] };

/** `force`: what the file says counts also where somebody said otherwise since, by the API. */
type Applying = { now: Instant; force: boolean };

/**
 * Adds a version of each calendar and policy that desk.yaml has otherwise than it last had, and what changed in its
 * contracts. What the file says as before stays as it is, also where the API changed it since; what both changed is
 * refused, unless it is forced. What left the file goes on: somebody's contract may stand on it.
 */
export async function applyPolicies(
  tx: Tx,
  deskId: DeskId,
  written: WrittenPromises,
  applying: Applying,
): Promise<PoliciesApplied> {
  const { policies, calendars } = await findPromises(tx, deskId);
  const result: PoliciesApplied = { changed: [], errors: [] };
  const made = { madeBy: FILE, madeAt: applying.now, holdsFrom: applying.now };
  for (const [name, document] of Object.entries(written.calendars)) {
    if (!isToAdd(calendars, { name, document, place: `calendars.${name}` }, applying, result)) continue;
    await addVersion(tx, deskId, "calendar_version", calendars, { name, document, ...made });
    result.changed.push("calendars");
  }
  for (const [name, document] of Object.entries(written.policies)) {
    const place = name === STANDARD_POLICY ? "policy" : `policies.${name}`;
    if (!isToAdd(policies, { name, document, place }, applying, result)) continue;
    await addVersion(tx, deskId, "policy_version", policies, { name, document, ...made });
    result.changed.push(place);
  }
  await applyContracts(tx, deskId, written.contracts, applying, result);
  return result;
}

type Said = { name: string; document: unknown; place: string };

function isToAdd(
  versions: readonly Version<unknown>[],
  { name, document, place }: Said,
  { force }: Applying,
  { errors }: PoliciesApplied,
): boolean {
  const { newest, byFile, isEdited } = standing(versions, name);
  const asJson: unknown = JSON.parse(JSON.stringify(document));
  if (isDeepStrictEqual((force ? newest : byFile)?.document, asJson)) return false;
  if (isEdited && !force) {
    errors.push({ place: `${FILE}: ${place}`, sentence: edited(`version ${newest!.version}`) });
    return false;
  }
  return true;
}

function edited(what: string): string {
  return (
    `Somebody changed this by the API since the file was last applied (${what}). Write that into the file, ` +
    "or apply it with --force to have the file's words instead."
  );
}

async function applyContracts(
  tx: Tx,
  deskId: DeskId,
  wanted: Record<string, string>,
  { now, force }: Applying,
  { changed, errors }: PoliciesApplied,
): Promise<void> {
  const organisations = await findByName(tx, deskId, Object.keys(wanted));
  const known = await listContracts(tx, deskId);
  const policyOf = new Map<string, string>();
  for (const [name, policy] of Object.entries(wanted)) {
    const ids = organisations.filter((each) => each.name === name).map(({ organisation_id }) => organisation_id);
    if (ids.length === 1) policyOf.set(ids[0]!, policy);
    else errors.push({ place: `${FILE}: contracts.${name}`, sentence: notOne(ids.length) });
  }
  for (const organisationId of new Set([...policyOf.keys(), ...known.map((each) => each.organisationId)])) {
    const ofIt = known.filter((each) => each.organisationId === organisationId);
    const byFile = ofIt.findLast(({ madeBy }) => madeBy === FILE);
    const newest = newestOf(ofIt);
    const policy = policyOf.get(organisationId) ?? null;
    if (((force ? newest : byFile)?.policy ?? null) === policy) continue;
    if (newest && newest.madeBy !== FILE && !force) {
      errors.push({ place: `${FILE}: contracts`, sentence: edited(`the contract of ${organisationId}`) });
      continue;
    }
    await saveContract(tx, deskId, { organisationId, holdsFrom: now, policy, madeBy: FILE, madeAt: now });
    changed.push("contracts");
  }
}

function notOne(count: number): string {
  return count === 0
    ? "This desk has no organisation of that name. Add it first."
    : `This desk has ${count} organisations of that name: say by the API which one is meant.`;
}

function newestOf(contracts: readonly Contract[]): Contract | undefined {
  return contracts.toSorted((a, b) => a.madeAt - b.madeAt).at(-1);
}

async function findByName(tx: Tx, deskId: DeskId, names: string[]) {
  if (names.length === 0) return [];
  return await tx
    .selectFrom("organisation")
    .select(["organisation_id", "name"])
    .where("desk_id", "=", deskId)
    .where("name", "in", names)
    .execute();
}
