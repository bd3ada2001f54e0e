import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { sql } from "kysely";
import { STANDARD_POLICY } from "./policy-settings.ts";

/** From when an organisation has which policy; null: the desk's own again. */
export type Contract = {
  organisationId: string;
  holdsFrom: Instant;
  policy: string | null;
  madeBy: string;
  madeAt: Instant;
};

declare module "@permanence/database" {
  interface Tables {
    contract: {
      desk_id: DeskId;
      organisation_id: string;
      holds_from: Instant;
      policy: string | null;
      made_by: string;
      made_at: Instant;
    };
  }
}

/** All contracts of these organisations, the earliest first. */
export async function findContracts(tx: Tx, deskId: DeskId, organisationIds: string[]): Promise<Contracts> {
  if (organisationIds.length === 0) return new Contracts([]);
  const rows = await selectContracts(tx, deskId)
    .where(sql<boolean>`organisation_id = any(${organisationIds}::uuid[])`)
    .execute();
  return new Contracts(rows);
}

/** Every contract with its organisation's name, which they are sorted by; the earliest first. */
export async function listContracts(tx: Tx, deskId: DeskId): Promise<(Contract & { organisationName: string })[]> {
  return await tx
    .selectFrom("contract as c")
    .innerJoin("organisation as o", (join) =>
      join.onRef("o.desk_id", "=", "c.desk_id").onRef("o.organisation_id", "=", "c.organisation_id"),
    )
    .select(["c.organisation_id as organisationId", "o.name as organisationName", "c.holds_from as holdsFrom"])
    .select(["c.policy", "c.made_by as madeBy", "c.made_at as madeAt"])
    .where("c.desk_id", "=", deskId)
    .orderBy("o.name")
    .orderBy("c.organisation_id")
    .orderBy("c.holds_from")
    .execute();
}

function selectContracts(tx: Tx, deskId: DeskId) {
  return tx
    .selectFrom("contract")
    .select(["organisation_id as organisationId", "holds_from as holdsFrom", "policy"])
    .select(["made_by as madeBy", "made_at as madeAt"])
    .where("desk_id", "=", deskId)
    .orderBy("organisation_id")
    .orderBy("holds_from");
}

export class Contracts {
  readonly #contracts: readonly Contract[];

  constructor(contracts: readonly Contract[]) {
    this.#contracts = contracts;
  }

  /** The policy of a ticket of this organisation that was received at `at`. */
  policyAt(organisationId: string | null, at: Instant): string {
    const inForce = this.#contracts.findLast((each) => each.organisationId === organisationId && each.holdsFrom <= at);
    return inForce?.policy ?? STANDARD_POLICY;
  }
}

/** From `holdsFrom` on. Said twice of the same instant, the last one counts. */
export async function saveContract(tx: Tx, deskId: DeskId, contract: Contract): Promise<void> {
  const { organisationId: organisation_id, holdsFrom: holds_from, policy, madeBy: made_by, madeAt: made_at } = contract;
  await tx
    .insertInto("contract")
    .values({ desk_id: deskId, organisation_id, holds_from, policy, made_by, made_at })
    .onConflict((conflict) =>
      conflict.columns(["desk_id", "organisation_id", "holds_from"]).doUpdateSet({ policy, made_by, made_at }),
    )
    .execute();
}
