import type { DeskId, Tx } from "@permanence/database";
import type { Instant, World } from "@permanence/kernel";
import type { Desk } from "@permanence/people";
import type { Rating, RatingStanding } from "./rating-view.ts";
import { openTicketChange, type TicketChange } from "./ticket-change.ts";
import type { TicketRow } from "./ticket-tables.ts";

/** How long after a closing it can be rated. */
const RATED_WITHIN_MS = 30 * 86_400_000;

export type RatingRow = {
  desk_id: DeskId;
  ticket_id: string;
  closed_at: Instant;
  asked_at: Instant;
  rating: Rating | null;
  words: string;
  rated_at: Instant | null;
};

declare module "@permanence/database" {
  interface Tables {
    rating: RatingRow;
  }
}

type Closed = Pick<TicketRow, "ticket_id" | "closed_at" | "closed_as" | "source">;

/** Whether this closing can be rated: null where nobody asks, because the ticket is open, was none, or the desk does not
 *  ask. */
export async function ratingStanding(tx: Tx, desk: Desk, ticket: Closed, now: Instant): Promise<RatingStanding | null> {
  if (!isAsked(desk, ticket)) return null;
  const row = await findRating(tx, desk.deskId, ticket.ticket_id, ticket.closed_at);
  if (row !== null && row.rating !== null) return { standing: "given", rating: row.rating };
  return { standing: now > ticket.closed_at + RATED_WITHIN_MS ? "expired" : "open", rating: null };
}

/** A duplicate, and what was no request, are nothing to be content with. */
export function isAsked<T extends Closed>({ settings }: Desk, ticket: T): ticket is T & { closed_at: Instant } {
  const { closed_at, closed_as, source } = ticket;
  return (
    settings.ratings === true &&
    source !== "history" &&
    closed_at !== null &&
    (closed_as === "solved" || closed_as === "workaround")
  );
}

/** Keeps what a customer says of a closing, once; agents see it among the ticket's events. */
export async function takeRating(
  tx: Tx,
  world: World,
  desk: Desk,
  { ticket_id }: Pick<TicketRow, "ticket_id">,
  { rating, text }: { rating: Rating; text: string },
): Promise<"done" | "not-rated" | "rated-already"> {
  const change = (await openTicketChange(tx, world, desk.deskId, ticket_id))!;
  const standing = await ratingStanding(tx, desk, change.ticket, change.now);
  if (standing === null || standing.standing === "expired") return "not-rated";
  if (standing.standing === "given") return "rated-already";
  await noteAsked(tx, change);
  await tx
    .updateTable("rating")
    .set({ rating, words: text, rated_at: change.now })
    .where("desk_id", "=", desk.deskId)
    .where("ticket_id", "=", ticket_id)
    .where("closed_at", "=", change.ticket.closed_at!)
    .execute();
  change.record("rated", "customer", { rating, text });
  change.save(tx);
  return "done";
}

/** That the customer was asked about this closing: by mail, or on the page where they closed it themselves. */
export async function noteAsked(tx: Tx, { ticket, now }: TicketChange): Promise<void> {
  const { desk_id, ticket_id, closed_at } = ticket;
  await tx
    .insertInto("rating")
    .values({ desk_id, ticket_id, closed_at: closed_at!, asked_at: now, rating: null, words: "", rated_at: null })
    .onConflict((conflict) => conflict.columns(["desk_id", "ticket_id", "closed_at"]).doNothing())
    .execute();
}

async function findRating(tx: Tx, deskId: DeskId, ticketId: string, closedAt: Instant): Promise<RatingRow | null> {
  const row = await tx
    .selectFrom("rating")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .where("closed_at", "=", closedAt)
    .executeTakeFirst();
  return row ?? null;
}

/** Tickets that were closed between these instants and that nobody was asked about. */
export async function listUnasked(
  tx: Tx,
  deskId: DeskId,
  { from, until, limit }: { from: Instant; until: Instant; limit: number },
): Promise<string[]> {
  const rows = await tx
    .selectFrom("ticket as t")
    .leftJoin("rating as r", (join) =>
      join
        .onRef("r.desk_id", "=", "t.desk_id")
        .onRef("r.ticket_id", "=", "t.ticket_id")
        .onRef("r.closed_at", "=", "t.closed_at"),
    )
    .select("t.ticket_id")
    .where("t.desk_id", "=", deskId)
    .where("t.closed_at", ">=", from)
    .where("t.closed_at", "<=", until)
    .where("t.closed_as", "in", ["solved", "workaround"])
    .where("t.source", "<>", "history")
    .where("r.asked_at", "is", null)
    .orderBy("t.closed_at")
    .limit(limit)
    .execute();
  return rows.map(({ ticket_id }) => ticket_id);
}
