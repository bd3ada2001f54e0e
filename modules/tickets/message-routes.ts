import { createRoute, z } from "@hono/zod-openapi";
import type { Tx } from "@permanence/database";
import type { MailReader } from "@permanence/mail";
import { apiRouter, IfMatch, json, jsonBody, listOf, problems } from "@permanence/people";
import { type Acting, addNote, replyToCustomer } from "./agent-actions.ts";
import { AddedMeanwhile, addedSince, Seen, tellAdded } from "./added-meanwhile.ts";
import { openEarlierForms } from "./earlier-forms.ts";
import { findRepeated, messageIdOf } from "./message-repetition.ts";
import { listAttachments, listEvents, listMessages } from "./message-store.ts";
import { EventView, eventView, MessageView, messageView } from "./message-view.ts";
import type { TicketChange } from "./ticket-change.ts";
import { changeTicket, refuse } from "./ticket-request.ts";
import { ticketExists } from "./ticket-store.ts";

const Id = z.object({ id: z.uuid() });
const NewMessage = z.object({
  kind: z.enum(["agent", "note"]),
  text: z.string().trim().min(1, "must not be empty").max(200_000),
  state: z
    .enum(["waiting", "open", "on-hold"])
    .default("waiting")
    .openapi({ description: "Of the ticket, after a reply" }),
  seen: Seen,
});

const listRoute = createRoute({
  method: "get",
  path: "/tickets/{id}/messages",
  tags: ["Tickets"],
  summary: "The conversation, oldest first",
  request: { params: Id },
  responses: { 200: json(listOf(MessageView), "All messages."), ...problems(404) },
});

const addRoute = createRoute({
  method: "post",
  path: "/tickets/{id}/messages",
  tags: ["Tickets"],
  summary: "Reply to the customer by mail, or note something among agents",
  request: {
    params: Id,
    headers: IfMatch.extend({
      "idempotency-key": z
        .string()
        .min(1)
        .max(200)
        .optional()
        .openapi({ description: "Names this message: sent again under the same key it is added once" }),
    }),
    body: jsonBody(NewMessage),
  },
  responses: {
    201: json(MessageView, "The message; the same one for the same Idempotency-Key."),
    ...problems(404, 412, 422),
    409: AddedMeanwhile,
  },
});

const eventsRoute = createRoute({
  method: "get",
  path: "/tickets/{id}/events",
  tags: ["Tickets"],
  summary: "What happened to the ticket, first to last, chained by digests",
  request: { params: Id },
  responses: { 200: json(listOf(EventView), "All events."), ...problems(404) },
});

/** The conversation of a ticket, and its events. */
export function messageRoutes(reader: MailReader) {
  const routes = apiRouter();
  const withForms = openEarlierForms(reader);

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const found = await c.get("db").transaction(deskId, async (tx) => {
      if (!(await ticketExists(tx, deskId, id))) return null;
      const messages = await listMessages(tx, deskId, id);
      const ids = messages.map((message) => message.message_id);
      return { messages, attachments: await listAttachments(tx, deskId, ids) };
    });
    if (found === null) return refuse(c, "not-found");
    const messages = await withForms(c.get("db"), deskId, found.messages, found.attachments);
    return c.json({ items: messages.map((message) => messageView(message, found.attachments)), next: null }, 200);
  });

  routes.openapi(addRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { id } = c.req.valid("param");
    const { kind, text, state, seen } = c.req.valid("json");
    const key = c.req.valid("header")["idempotency-key"];
    const wanted =
      key === undefined ? null : messageIdOf({ agentId: agent.id, ticketId: id, key }, { kind, text, state });
    const repeats = async (tx: Tx) => (wanted === null ? null : findRepeated(tx, deskId, id, wanted));
    // Before If-Match is looked at: what was added once moved the version itself.
    const earlier = await c.get("db").transaction(deskId, repeats);
    if (earlier === "other") return refuse(c, "other-message");
    if (earlier !== null) return c.json(messageView(earlier, []), 201);

    let added: z.infer<typeof MessageView> | null = null;
    let since: z.infer<typeof MessageView>[] = [];
    const messageId = wanted?.id ?? null;
    const adding = async (tx: Tx, change: TicketChange, acting: Acting) => {
      const meanwhile = await repeats(tx); // The ticket is locked now: nobody can come in between any more.
      if (meanwhile === "other") return "other-message" as const;
      if (meanwhile !== null) {
        added = messageView(meanwhile, []);
        return "done" as const;
      }
      if (change.ticket.state === "closed" && kind === "agent") return "already-closed" as const;
      if (kind === "agent" && seen !== undefined) {
        since = await addedSince(tx, { deskId, ticketId: id, agentId: agent.id }, seen);
        if (since.length > 0) return "added-meanwhile" as const;
      }
      const row =
        kind === "note"
          ? addNote(tx, acting, change, { text, messageId })
          : await replyToCustomer(tx, acting, change, { text, state, messageId });
      if (row === "unsendable") return row;
      added = messageView(row, []);
      return "done" as const;
    };
    const result = await changeTicket(c, id, adding, { mayBeHistory: kind === "note" });
    if (result === "added-meanwhile") return tellAdded(c, since);
    return typeof result === "string" ? refuse(c, result) : c.json(added!, 201);
  });

  routes.openapi(eventsRoute, async (c) => {
    const { deskId } = c.get("session");
    const rows = await c.get("db").transaction(deskId, (tx) => listEvents(tx, deskId, c.req.valid("param").id));
    if (rows.length === 0) return refuse(c, "not-found"); // Every ticket has one event at least.
    return c.json({ items: rows.map(eventView), next: null }, 200);
  });

  return routes;
}
