import { createRoute, z } from "@hono/zod-openapi";
import type { Tx } from "@permanence/database";
import {
  type ApiContext,
  apiRouter,
  deskOf,
  IfMatch,
  ifMatchAllows,
  json,
  jsonBody,
  problems,
} from "@permanence/people";
import { isAsked, noteAsked, takeRating } from "./rating-store.ts";
import { NewRating } from "./rating-view.ts";
import { replyAsCustomer, uploadOwner } from "./customer-reply.ts";
import { type CustomerRefusal, Numbered, refuseCustomer } from "./customer-request.ts";
import { answeringOf } from "./customer-ticket-view.ts";
import { type CustomerTicketRow, findCustomerTicket } from "./customer-tickets.ts";
import { openTicketChange, type TicketChange } from "./ticket-change.ts";
import { closeTicket, customerWrote } from "./ticket-state.ts";
import { bodyOf, FileBody, refuseUpload, UploadQuery, UploadView } from "./upload-routes.ts";
import { discardUploads, findUploads } from "./upload-store.ts";
import { receiveUpload } from "./upload.ts";

const tags = ["Customers' portal"];
const MOST_FILES = 50;

const Reply = z.strictObject({
  text: z.string().trim().min(1, "must not be empty").max(200_000),
  files: z.array(z.uuid()).max(MOST_FILES).default([]).openapi({ description: "Handed over before, by their ids" }),
});

const replyRoute = createRoute({
  ...{ method: "post", path: "/my/tickets/{number}/messages", tags },
  summary: "Write to the desk, as a reply by mail would",
  request: {
    params: Numbered,
    headers: IfMatch.extend({ "idempotency-key": z.string().min(16).max(200) }),
    body: jsonBody(Reply),
  },
  responses: {
    201: json(
      z.object({
        number: z.int().openapi({ description: "Of a new ticket, where this one is closed for more than 14 days" }),
        messageId: z.string(),
      }),
      "It is filed; the same one for the same Idempotency-Key.",
    ),
    ...problems(400, 401, 404, 409, 412, 422),
  },
});

const closeRoute = createRoute({
  ...{ method: "post", path: "/my/tickets/{number}/closure", tags, summary: "Close a ticket: it is solved" },
  request: { params: Numbered, headers: IfMatch },
  responses: { 204: { description: "It is closed." }, ...problems(401, 404, 409, 412) },
});

const reopenRoute = createRoute({
  ...{ method: "delete", path: "/my/tickets/{number}/closure", tags },
  summary: "Reopen a ticket that was closed within the last 14 days",
  request: { params: Numbered, headers: IfMatch },
  responses: { 204: { description: "It is open again." }, ...problems(401, 404, 409, 412) },
});

const rateRoute = createRoute({
  ...{ method: "post", path: "/my/tickets/{number}/rating", tags },
  summary: "Say whether one was content with how a closed ticket was handled, once for each closing",
  request: { params: Numbered, body: jsonBody(NewRating) },
  responses: { 204: { description: "It is kept." }, ...problems(400, 401, 404, 409) },
});

const uploadRoute = createRoute({
  ...{ method: "post", path: "/my/uploads", tags, summary: "Hand over a file, to become part of a message" },
  description: "The body is the file; all that belong to no message yet have 25 MB together at most.",
  request: { query: UploadQuery, body: FileBody },
  responses: { 201: json(UploadView.omit({ url: true }), "It is kept."), ...problems(400, 401, 413, 422, 429, 503) },
});

const discardRoute = createRoute({
  ...{ method: "delete", path: "/my/uploads/{id}", tags, summary: "Throw a file of one's own away" },
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 204: { description: "It is gone." }, ...problems(401, 404) },
});

/** What customers change. */
export function customerChangeRoutes() {
  const routes = apiRouter();

  routes.openapi(replyRoute, async (c) => {
    const customer = c.get("customer");
    const [db, world, desk] = [c.get("db"), c.get("world"), await deskOf(c.get("db"), customer.deskId)];
    const { text, files } = c.req.valid("json");
    const reply = { key: c.req.valid("header")["idempotency-key"], text, uploadIds: [...new Set(files)] };
    const isCurrent = (version: number) => ifMatchAllows(c, version);
    const replied = await db.transaction(customer.deskId, (tx) =>
      replyAsCustomer(tx, { world, desk, customer }, c.req.valid("param").number, reply, isCurrent),
    );
    return typeof replied === "string" ? refuseCustomer(c, replied) : c.json(replied, 201);
  });

  routes.openapi(closeRoute, async (c) => {
    const desk = await deskOf(c.get("db"), c.get("customer").deskId);
    const closed = await changeOwn(c, c.req.valid("param").number, async (tx, change) => {
      if (closeTicket(change, "solved", "customer") === "already-closed") return "already-closed";
      if (isAsked(desk, change.ticket)) await noteAsked(tx, change); // At once, on the page: no mail is sent.
      return "done";
    });
    return closed === "done" ? c.body(null, 204) : refuseCustomer(c, closed);
  });

  routes.openapi(reopenRoute, async (c) => {
    const opened = await changeOwn(c, c.req.valid("param").number, (_, change, ticket) => {
      if (change.ticket.state !== "closed") return "not-closed";
      if (answeringOf(ticket, change.now) === "new-ticket") return "closed-too-long";
      customerWrote(change, change.now);
      return "done";
    });
    return opened === "done" ? c.body(null, 204) : refuseCustomer(c, opened);
  });

  routes.openapi(rateRoute, async (c) => {
    const customer = c.get("customer");
    const desk = await deskOf(c.get("db"), customer.deskId);
    const rated = await c.get("db").transaction(customer.deskId, async (tx) => {
      const ticket = await findCustomerTicket(tx, customer, c.req.valid("param").number);
      return ticket === null ? "not-found" : takeRating(tx, c.get("world"), desk, ticket, c.req.valid("json"));
    });
    return rated === "done" ? c.body(null, 204) : refuseCustomer(c, rated);
  });

  routes.openapi(uploadRoute, async (c) => {
    const { deskId, contactId } = c.get("customer");
    const place = { db: c.get("db"), world: c.get("world") };
    const { name } = c.req.valid("query");
    const received = await receiveUpload(place, deskId, { ...bodyOf(c), owner: uploadOwner(contactId), name });
    if ("refused" in received) return refuseUpload(c, received.refused);
    const { upload_id: id, type, size_bytes: sizeBytes } = received;
    return c.json({ id, name: received.name, type, sizeBytes }, 201);
  });

  routes.openapi(discardRoute, async (c) => {
    const { deskId, contactId } = c.get("customer");
    const found = await c.get("db").transaction(deskId, async (tx) => {
      const rows = await findUploads(tx, deskId, uploadOwner(contactId), [c.req.valid("param").id]);
      await discardUploads(tx, deskId, rows, c.get("world").clock.now());
      return rows.length > 0;
    });
    return found ? c.body(null, 204) : refuseCustomer(c, "not-found");
  });

  return routes;
}

type Changing<R> = (tx: Tx, change: TicketChange, ticket: CustomerTicketRow) => "done" | R | Promise<"done" | R>;

/** Changes a ticket that the customer may see, locked, as they saw it (If-Match). */
async function changeOwn<R extends CustomerRefusal>(c: ApiContext, number: number, changing: Changing<R>) {
  const customer = c.get("customer");
  return c.get("db").transaction(customer.deskId, async (tx) => {
    const seen = await findCustomerTicket(tx, customer, number);
    if (seen === null) return "not-found";
    const change = (await openTicketChange(tx, c.get("world"), customer.deskId, seen.ticket_id))!;
    const ticket = (await findCustomerTicket(tx, customer, number))!; // As it is now that nobody else can change it.
    if (ticket.source === "history") return "history";
    if (!ifMatchAllows(c, ticket.version)) return "changed-meanwhile";
    const outcome = await changing(tx, change, ticket);
    if (outcome === "done") change.save(tx);
    return outcome;
  });
}
