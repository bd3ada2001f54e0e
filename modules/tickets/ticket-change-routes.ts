import { createRoute, z } from "@hono/zod-openapi";
import { apiRouter, deskOf, IfMatch, jsonBody, problem, problems, versionedJson } from "@permanence/people";
import { assign } from "./assignment.ts";
import { type Acting, actorOf, changePriority, logCall, openTicketFor } from "./agent-actions.ts";
import type { TicketChange } from "./ticket-change.ts";
import { answerTicket, changeTicket, showTicket } from "./ticket-request.ts";
import { changeState, closeTicket, undoClosure } from "./ticket-state.ts";
import { findTicket } from "./ticket-store.ts";
import { PRIORITIES } from "./ticket-tables.ts";
import { TicketView } from "./ticket-view.ts";

const Id = z.object({ id: z.uuid() });
const Words = z.string().trim().min(1, "must not be empty");
const Closure = z.enum(["solved", "workaround", "duplicate", "not-a-request"]);

const NewTicket = z.object({
  contact: z.object({ address: z.email("must be an e-mail address"), name: z.string().trim().max(200).default("") }),
  subject: Words.max(500),
  text: Words.max(200_000),
  priority: z.enum(PRIORITIES).default("normal"),
  priorityReason: z.string().trim().max(500).default("Said by the agent who opened it."),
  language: z.string().optional(),
  displayedByPhone: z.boolean().default(false),
});

const openRoute = createRoute({
  method: "post",
  path: "/tickets",
  tags: ["Tickets"],
  summary: "Open a ticket for a customer on the phone",
  request: { body: jsonBody(NewTicket) },
  responses: { 201: versionedJson(TicketView, "The registered ticket."), ...problems(422) },
});

const Change = z
  .object({
    priority: z.enum(PRIORITIES),
    priorityReason: Words.max(500),
    state: z.enum(["open", "waiting", "on-hold"]),
    assigneeId: z.uuid().nullable(),
    teamId: z.uuid().nullable(),
    subject: Words.max(500),
  })
  .partial()
  .strict();

const changeRoute = createRoute({
  method: "patch",
  path: "/tickets/{id}",
  tags: ["Tickets"],
  summary: "Change a ticket's priority, state, assignee, team or subject",
  request: { params: Id, headers: IfMatch, body: jsonBody(Change) },
  responses: { 200: versionedJson(TicketView, "The ticket as it is now."), ...problems(404, 409, 412, 422) },
});

const closeRoute = createRoute({
  method: "post",
  path: "/tickets/{id}/closure",
  tags: ["Tickets"],
  summary: "Close a ticket",
  request: { params: Id, headers: IfMatch, body: jsonBody(z.object({ as: Closure })) },
  responses: { 201: versionedJson(TicketView, "The closed ticket."), ...problems(404, 409, 412, 422) },
});

const reopenRoute = createRoute({
  method: "delete",
  path: "/tickets/{id}/closure",
  tags: ["Tickets"],
  summary: "Take a closing back: the ticket is in the state that it had before",
  request: { params: Id, headers: IfMatch },
  responses: { 200: versionedJson(TicketView, "The reopened ticket."), ...problems(404, 409, 412, 422) },
});

const callRoute = createRoute({
  method: "post",
  path: "/tickets/{id}/calls",
  tags: ["Tickets"],
  summary: "Log a call: the customer was told on the phone that the ticket is registered, which is a receipt",
  request: { params: Id, headers: IfMatch },
  responses: {
    201: versionedJson(TicketView, "The ticket, with its clock folded anew."),
    ...problems(404, 409, 412, 422),
  },
});

/** Opening and changing tickets. */
export function ticketChangeRoutes() {
  const routes = apiRouter();

  routes.openapi(openRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { contact, displayedByPhone: toldByPhone, language = null, ...wanted } = c.req.valid("json");
    const [db, world] = [c.get("db"), c.get("world")];
    const desk = await deskOf(db, deskId);
    if (language !== null && !desk.settings.languages.includes(language)) {
      return problem(c, 422, "Unknown language", `This desk speaks ${desk.settings.languages.join(", ")}.`);
    }
    const row = await db.transaction(deskId, async (tx) => {
      const change = await openTicketFor(tx, { world, desk, agent }, { ...wanted, contact, toldByPhone, language });
      if (change === "own-mailbox") return null;
      change.save(tx);
      return findTicket(tx, deskId, change.ticket.ticket_id);
    });
    if (row === null)
      return problem(
        c,
        422,
        "One of the desk's own mailboxes",
        "The customer's address is the desk's own: no notice can go there.",
      );
    c.header("location", `/api/v1/tickets/${row.ticket_id}`);
    return showTicket(c, row, 201);
  });

  routes.openapi(changeRoute, async (c) => {
    const { priority, priorityReason, state, assigneeId, teamId, subject } = c.req.valid("json");
    if (priority !== undefined && priorityReason === undefined) {
      return problem(
        c,
        422,
        "A reason is missing",
        "Each priority stands with its reason: send priorityReason with it.",
      );
    }
    const result = await changeTicket(c, c.req.valid("param").id, async (tx, change, acting) => {
      if (change.ticket.state === "closed" && state !== undefined) return "already-closed";
      const assigned = await assign(tx, change, actorOf(acting.agent), { assigneeId, teamId });
      if (assigned !== "done") return assigned;
      if (priority !== undefined) await changePriority(tx, acting, change, { priority, reason: priorityReason! });
      if (state !== undefined) changeState(change, state, actorOf(acting.agent));
      if (subject !== undefined) rename(change, subject, acting);
      return "done";
    });
    return answerTicket(c, result, 200);
  });

  routes.openapi(closeRoute, async (c) => {
    const { as } = c.req.valid("json");
    const result = await changeTicket(c, c.req.valid("param").id, (_, change, { agent }) =>
      closeTicket(change, as, actorOf(agent)),
    );
    return answerTicket(c, result, 201);
  });

  routes.openapi(reopenRoute, async (c) => {
    const result = await changeTicket(c, c.req.valid("param").id, (_, change, { agent }) =>
      undoClosure(change, actorOf(agent)),
    );
    return answerTicket(c, result, 200);
  });

  routes.openapi(callRoute, async (c) => {
    const result = await changeTicket(c, c.req.valid("param").id, (tx, change, { agent }) => {
      logCall(tx, agent, change);
      return "done";
    });
    return answerTicket(c, result, 201);
  });

  return routes;
}

function rename(change: TicketChange, to: string, { agent }: Acting): void {
  change.record("subject", actorOf(agent), { from: change.ticket.subject, to });
  change.set({ subject: to });
}
