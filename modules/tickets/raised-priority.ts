import type { Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import type { Desk } from "@permanence/people";
import { setPriority } from "./agent-actions.ts";
import type { TicketChange } from "./ticket-change.ts";
import { BY_MODEL, raisedBy, suggestFor, triageOf, type Words } from "./ticket-triage.ts";

/** Each message of the customer's is judged, not only the first. */
export async function raiseByWords(
  tx: Tx,
  world: World,
  desk: Desk,
  change: TicketChange,
  words: Words,
): Promise<void> {
  const [suggestion] = await suggestFor(tx, desk.deskId, [words]);
  const priority = raisedBy(change, suggestion!);
  if (priority === null) return;
  change.set({ triage: triageOf("model", suggestion!), to_be_classified: false });
  await setPriority(tx, { world, desk, actor: "desk" }, change, { priority, reason: BY_MODEL });
}
