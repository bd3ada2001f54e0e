import type { DeskId, Tx } from "@permanence/database";
import { newId } from "@permanence/kernel";
import {
  type Acting,
  actorOf,
  closeTicket,
  openTicketChange,
  openTicketFor,
  replyToCustomer,
} from "@permanence/tickets";
import { findPersonal } from "./personal-data.ts";
import { addEvent, addSuggestion } from "./suggestion-store.ts";
import type { About, SuggestionRow } from "./suggestion-tables.ts";

export type Worded = { about: About; title: string; text: string; language: string };
type OfTicket = { ticketId: string; reply: string; closes: boolean };
type Refusal = "no-ticket" | "history" | "linked-already" | "unsendable" | { personal: string[] };

/**
 * Makes a ticket's wish a suggestion, in words that the agent found for it: the ticket's customer proposes and follows it,
 * and is told so in the ticket. Words that would tell who they are are refused: everybody reads a suggestion.
 * @returns its id
 */
export async function suggestFromTicket(
  tx: Tx,
  acting: Acting,
  worded: Worded,
  { ticketId, reply, closes }: OfTicket,
): Promise<{ id: string } | Refusal> {
  const { world, desk, agent } = acting;
  const { deskId } = desk;
  const change = await openTicketChange(tx, world, deskId, ticketId);
  if (change === null) return "no-ticket";
  if (change.ticket.source === "history") return "history";
  if (await isSuggested(tx, deskId, ticketId)) return "linked-already";
  const { contact_id } = change.ticket;
  const personal = findPersonal(`${worded.title}\n${worded.text}`, await namesOf(tx, deskId, contact_id));
  if (personal.length > 0) return { personal };
  const id = newId(world);
  const told = { text: `${reply}${linkTo(acting, change.ticket.language, id)}`, state: "waiting" as const };
  if ((await replyToCustomer(tx, acting, change, { ...told, messageId: null })) === "unsendable") return "unsendable";
  const own = { ...worded, contact_id, agent_id: agent.id, signed: false, moderation: "approved" as const };
  await addSuggestion(tx, world, deskId, own, id);
  if (closes) closeTicket(change, "solved", actorOf(agent));
  change.record("suggestion", actorOf(agent), { suggestionId: id, made: "suggestion" });
  change.save(tx);
  await link(tx, acting, { suggestionId: id, ticketId, made: "suggestion" });
  return { id };
}

function linkTo({ world: { site } }: Acting, language: string, id: string): string {
  return site === undefined ? "" : `\n\n${site.url}/${language}/suggestions/${id}`;
}

type NewTicket = Pick<Parameters<typeof openTicketFor>[2], "subject" | "text" | "priority" | "priorityReason">;

/** Opens a ticket for whoever made a suggestion, whose notice tells them. @param suggestion locked */
export async function ticketFromSuggestion(
  tx: Tx,
  acting: Acting,
  suggestion: SuggestionRow,
  wanted: NewTicket,
): Promise<{ ticketId: string; number: number } | "nobody"> {
  const { desk_id: deskId, suggestion_id: suggestionId, contact_id: contactId } = suggestion;
  const contact = contactId === null ? null : await findReachable(tx, deskId, contactId);
  if (contact === null) return "nobody";
  const { name, address, language } = contact;
  const change = await openTicketFor(tx, acting, {
    ...{ ...wanted, contact: { address, name }, language: language ?? suggestion.language, toldByPhone: false },
  });
  if (change === "own-mailbox") return "nobody";
  change.record("suggestion", actorOf(acting.agent), { suggestionId, made: "ticket" });
  change.save(tx);
  const { ticket_id: ticketId, number } = change.ticket;
  return { ticketId, number };
}

/** Both ways, once the ticket's row is there. */
export async function link(
  tx: Tx,
  { world, desk: { deskId }, agent }: Acting,
  { suggestionId, ticketId, made }: { suggestionId: string; ticketId: string; made: "suggestion" | "ticket" },
): Promise<void> {
  await tx
    .insertInto("suggestion_ticket")
    .values({
      ...{ desk_id: deskId, suggestion_id: suggestionId, ticket_id: ticketId, made },
      ...{ at: world.clock.now(), made_by: agent.id },
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const data = { ticketId, made };
  await addEvent(tx, world, deskId, suggestionId, { type: "linked-ticket", actor: actorOf(agent), data });
}

async function isSuggested(tx: Tx, deskId: DeskId, ticketId: string): Promise<boolean> {
  const row = await tx
    .selectFrom("suggestion_ticket")
    .select("suggestion_id")
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .where("made", "=", "suggestion")
    .executeTakeFirst();
  return row !== undefined;
}

/** What a text could tell a customer by: their name and their company's. */
async function namesOf(tx: Tx, deskId: DeskId, contactId: string): Promise<string[]> {
  const row = await tx
    .selectFrom("contact as c")
    .leftJoin("organisation as o", (join) =>
      join.onRef("o.desk_id", "=", "c.desk_id").onRef("o.organisation_id", "=", "c.organisation_id"),
    )
    .select(["c.name", "o.name as organisation"])
    .where("c.desk_id", "=", deskId)
    .where("c.contact_id", "=", contactId)
    .executeTakeFirst();
  return row === undefined ? [] : [row.name, ...(row.organisation === null ? [] : [row.organisation])];
}

async function findReachable(tx: Tx, deskId: DeskId, contactId: string) {
  const row = await tx
    .selectFrom("contact as c")
    .innerJoin("contact_address as a", (join) =>
      join.onRef("a.desk_id", "=", "c.desk_id").onRef("a.contact_id", "=", "c.contact_id"),
    )
    .select(["c.name", "c.language", "a.address"])
    .where("c.desk_id", "=", deskId)
    .where("c.contact_id", "=", contactId)
    .where("a.failed_at", "is", null)
    .orderBy("a.verified_at", (order) => order.desc().nullsLast())
    .orderBy("a.address")
    .executeTakeFirst();
  return row ?? null;
}
