import type { Tx } from "@permanence/database";
import { type ApiContext, deskOf, ifMatchAllows, problem, setEtag } from "@permanence/people";
import type { Acting } from "./agent-actions.ts";
import { openTicketChange, type TicketChange } from "./ticket-change.ts";
import { findTicket, type TicketListRow } from "./ticket-store.ts";
import { ticketView } from "./ticket-view.ts";

/** Why a request changed nothing. */
export type Refused = keyof typeof REFUSALS;

const REFUSALS = {
  "not-found": [404, "Not found", "There is no such ticket on this desk."],
  "no-such-agent": [422, "No such agent", "Nobody with this id works at this desk."],
  "already-closed": [409, "Already closed", "The ticket is closed already. Reopen it first."],
  "not-closed": [409, "Not closed", "The ticket is not closed, so there is nothing to take back."],
  unsendable: [
    422,
    "No mail can go there",
    "The customer's address is none that mail can be sent to. Nothing was saved.",
  ],
  "changed-meanwhile": [
    412,
    "Changed meanwhile",
    "Somebody changed this ticket since you read it. Nothing of yours was saved: read it again and repeat.",
  ],
  "not-their-address": [
    422,
    "Not the customer's address",
    "A notice goes to the customer's own addresses. Nothing was sent; see the contact for those that are known.",
  ],
} as const satisfies Record<string, readonly [404 | 409 | 412 | 422, string, string]>;

type Changing = (tx: Tx, change: TicketChange, acting: Acting) => "done" | Refused | Promise<"done" | Refused>;

/** Changes one ticket for the agent who asks: locked, only at the version that If-Match names, and saved as one. */
export async function changeTicket(
  c: ApiContext,
  ticketId: string,
  changing: Changing,
): Promise<TicketListRow | Refused> {
  const { deskId, agent } = c.get("session");
  const [db, world] = [c.get("db"), c.get("world")];
  const desk = await deskOf(db, deskId);
  return db.transaction(deskId, async (tx) => {
    const change = await openTicketChange(tx, world, deskId, ticketId);
    if (change === null) return "not-found";
    if (!ifMatchAllows(c, change.ticket.version)) return "changed-meanwhile";
    const outcome = await changing(tx, change, { world, desk, agent });
    if (outcome !== "done") return outcome;
    change.save(tx);
    return (await findTicket(tx, deskId, ticketId))!;
  });
}

/** Answers with the ticket as it is now, or with the sentence that says why nothing changed. */
export function answerTicket<S extends 200 | 201>(c: ApiContext, result: TicketListRow | Refused, status: S) {
  if (typeof result === "string") return refuse(c, result);
  setEtag(c, result.version);
  return c.json(ticketView(result), status);
}

export function refuse(c: ApiContext, refused: Refused) {
  const [status, title, detail] = REFUSALS[refused];
  return problem(c, status, title, detail);
}
