import type { Db, DeskId, Tx } from "@permanence/database";
import type { z } from "@hono/zod-openapi";
import { type ActingOn, type ActRefused } from "./call-out-acts.ts";
import type { CallOut } from "./call-out-case.ts";
import { type CallOutView, readCallOuts, readPages, type WholeCallOut } from "./call-out-view.ts";

/** What somebody does with a call-out. Null: it changed nothing of the call-out itself. */
export type Act = (tx: Tx, on: ActingOn) => Promise<CallOut | ActRefused | null>;

export const NO_CALL_OUT = "This desk has no such call-out.";

/** What came of it: the call-out as it is now (null: there is none), and why nothing was changed. */
export type Acted = {
  callOut: z.infer<typeof CallOutView> | null;
  refused: string | null;
  why: ActRefused | null;
};

export async function act(db: Db, on: ActingOn, what: Act): Promise<Acted> {
  const { deskId } = on.desk;
  return await db.transaction(deskId, async (tx) => {
    const result = await what(tx, on);
    const [callOut = null] = await readCallOuts(tx, deskId, { id: on.callOutId, limit: 1 });
    const why = typeof result === "string" ? result : null;
    return { callOut, why, refused: why && sentenceOf(why, callOut?.holder?.name ?? null) };
  });
}

function sentenceOf(why: ActRefused, holder: string | null): string {
  switch (why) {
    case "not-found":
      return NO_CALL_OUT;
    case "ended":
      return "Nobody is wanted any more: the ticket is closed, or no longer of such a priority. Nothing was changed.";
    case "acknowledged-already":
      return `${holder ?? "Somebody"} has it already. Nothing was changed: take it, if it should be yours.`;
    case "no-such-agent":
      return "Nobody with this id works at this desk. Nothing was changed.";
  }
}

export async function readWhole(tx: Tx, deskId: DeskId, id: string): Promise<z.infer<typeof WholeCallOut> | null> {
  const [callOut] = await readCallOuts(tx, deskId, { id, limit: 1 });
  return callOut === undefined ? null : { ...callOut, pages: await readPages(tx, deskId, id) };
}
