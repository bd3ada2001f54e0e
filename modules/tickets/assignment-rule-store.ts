import { announce, type DeskId, type Tx } from "@permanence/database";
import type { Instant, World } from "@permanence/kernel";
import type { ColumnType } from "kysely";
import type { AssignmentRule } from "./assignment-rule.ts";

declare module "@permanence/database" {
  interface Tables {
    assignment_rules: {
      desk_id: DeskId;
      rules: ColumnType<AssignmentRule[], string, string>;
      version: number;
      made_by: string | null;
      made_at: Instant;
    };
  }
}

/** A desk's rules in their order; version 0 where it never had any. */
export async function findRules(tx: Tx, deskId: DeskId): Promise<{ rules: AssignmentRule[]; version: number }> {
  const row = await tx
    .selectFrom("assignment_rules")
    .select(["rules", "version"])
    .where("desk_id", "=", deskId)
    .executeTakeFirst();
  return row ?? { rules: [], version: 0 };
}

/** Replaces all of them. @param allows whether the version that stands may be changed @returns the new version */
export async function saveRules(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { rules, madeBy }: { rules: AssignmentRule[]; madeBy: string },
  allows: (version: number) => boolean,
): Promise<number | "changed-meanwhile"> {
  const stored = await tx
    .selectFrom("assignment_rules")
    .select("version")
    .where("desk_id", "=", deskId)
    .forUpdate()
    .executeTakeFirst();
  const before = stored?.version ?? 0;
  if (!allows(before)) return "changed-meanwhile";
  const changed = {
    ...{ rules: JSON.stringify(rules), version: before + 1, made_by: madeBy, made_at: world.clock.now() },
  };
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("assignment_rules")
    .values({ desk_id: deskId, ...changed })
    .onConflict((conflict) =>
      conflict.column("desk_id").doUpdateSet(changed).where("assignment_rules.version", "=", before),
    )
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows !== 1n) return "changed-meanwhile"; // Two made the first ones at once.
  announce(tx, deskId, { type: "rules" });
  return before + 1;
}
