import type { Tx } from "@permanence/database";
import { type ApiContext, deskOf, ifMatchAllows, type Problem, problem, setEtag } from "@permanence/people";
import type { Acting } from "./agent-actions.ts";
import { openTicketChange, type TicketChange } from "./ticket-change.ts";
import { findTicket, type TicketListRow } from "./ticket-store.ts";
import { ticketView } from "./ticket-view.ts";

/** Why a request changed nothing. */
export type Refused = keyof typeof REFUSALS;

const REFUSALS = {
  "not-found": [404, "Not found", "There is no such ticket on this desk."],
  "no-such-agent": [422, "No such agent", "Nobody with this id works at this desk."],
  "no-such-team": [422, "No such team", "This desk has no such team, or no more. Nothing was changed."],
  "no-such-tag": [422, "No such tag", "This desk has no such tag, or no more. Nothing was changed."],
  "in-the-past": [
    422,
    "In the past",
    "This time has passed already. The ticket stays where it is: choose a later one.",
  ],
  "clock-near": [
    409,
    "A clock is near its end",
    "One of its clocks is near its end or past it, so the ticket cannot be put aside. Nothing was changed.",
  ],
  "added-meanwhile": [
    409,
    "Something was added",
    "Something was added to the conversation since you read it. Nothing was sent: read it, and send again if it still holds.",
  ],
  "already-closed": [409, "Already closed", "The ticket is closed already. Reopen it first."],
  "not-closed": [409, "Not closed", "The ticket is not closed, so there is nothing to take back."],
  "other-message": [
    422,
    "Another message under this key",
    "Another text, kind or state was sent under this Idempotency-Key. Nothing of this one was saved: take a new key.",
  ],
  history: [
    409,
    "History",
    "This is mail from before the desk took over, kept as history: only notes can be added. Nothing was saved; open a new ticket.",
  ],
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

/** Changes one ticket for the agent who asks: locked, only at the version that If-Match names, and saved as one. History
 *  is not changed, but for what says that it may be. */
export async function changeTicket(
  c: ApiContext,
  ticketId: string,
  changing: Changing,
  { mayBeHistory = false }: { mayBeHistory?: boolean } = {},
): Promise<TicketListRow | Refused> {
  const { deskId, agent } = c.get("session");
  const [db, world] = [c.get("db"), c.get("world")];
  const desk = await deskOf(db, deskId);
  return db.transaction(deskId, async (tx) => {
    const change = await openTicketChange(tx, world, deskId, ticketId);
    if (change === null) return "not-found";
    if (change.ticket.source === "history" && !mayBeHistory) return "history";
    if (!ifMatchAllows(c, change.ticket.version)) return "changed-meanwhile";
    const outcome = await changing(tx, change, { world, desk, agent });
    if (outcome !== "done") return outcome;
    change.save(tx);
    return (await findTicket(tx, deskId, ticketId))!;
  });
}

/** Answers with the ticket as it is now, or with the sentence that says why nothing changed. */
export function answerTicket<S extends 200 | 201, R extends Refused>(
  c: ApiContext,
  result: TicketListRow | R,
  status: S,
) {
  return typeof result === "string" ? refuse(c, result) : showTicket(c, result, status);
}

/** The ticket, with its version as the ETag. */
export function showTicket<S extends 200 | 201>(c: ApiContext, ticket: TicketListRow, status: S) {
  setEtag(c, ticket.version);
  return c.json(ticketView(ticket), status);
}

/** A refusal's problem, for an answer that says more beside it. */
export function told(refused: Refused): Problem {
  const [status, title, detail] = REFUSALS[refused];
  return { type: "about:blank", title, status, detail };
}

/** What a refusal is answered with follows from its name, so that a route's document can say no more than it may answer. */
export function refuse<R extends Refused>(c: ApiContext, refused: R) {
  const [status, title, detail] = REFUSALS[refused];
  return problem(c, status as (typeof REFUSALS)[R][0], title, detail);
}
