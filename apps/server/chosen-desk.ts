import { type Db, type DeskId, findDesks, lookUp } from "@permanence/database";
import { Refusal } from "./refusal.ts";

/** The desk that --desk names, or the only one that there is. @param slug null when --desk was left out */
export async function chooseDesk(db: Db, slug: string | null): Promise<DeskId> {
  if (slug !== null) {
    const named = await lookUp(db, "desk", slug);
    if (named === null) throw new Refusal(`There is no desk "${slug}". Make it with: permanence desk apply DIR`);
    return named;
  }
  const [only, ...others] = await findDesks(db);
  if (only === undefined) throw new Refusal("There is no desk yet. Make one with: permanence desk apply DIR");
  if (others.length > 0) throw new Refusal("There are several desks: say which one with --desk SLUG.", 2);
  return only;
}
