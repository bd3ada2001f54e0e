import { createRoute, z } from "@hono/zod-openapi";
import { readBlob, type Tx } from "@permanence/database";
import { apiRouter, type Customer, problems } from "@permanence/people";
import { Numbered } from "./customer-request.ts";
import { findCustomerMessage, findCustomerTicket } from "./customer-tickets.ts";
import { attachmentHeaders, noSuchContent } from "./mail-content.ts";
import { readMessagePage, type ShowMessagePage } from "./message-page.ts";
import { listAttachments } from "./message-store.ts";

const tags = ["Customers' portal"];
const Message = Numbered.extend({ messageId: z.uuid() });
const Flag = z.enum(["0", "1"]).default("0");

const htmlRoute = createRoute({
  ...{ method: "get", path: "/my/tickets/{number}/messages/{messageId}/html", tags },
  summary: "The HTML of a message, sanitised, for a sandboxed frame",
  request: {
    params: Message,
    query: z.object({ remote: Flag.openapi({ description: "1: load pictures from elsewhere" }) }),
  },
  responses: {
    200: {
      description: "A document; X-Blocked-Remote counts what was not loaded.",
      content: { "text/html": { schema: z.string() } },
    },
    ...problems(401, 404, 422),
  },
});

const attachmentRoute = createRoute({
  ...{ method: "get", path: "/my/tickets/{number}/messages/{messageId}/attachments/{position}", tags },
  summary: "An attachment's bytes",
  request: {
    params: Message.extend({ position: z.coerce.number().int().min(0).max(100_000) }),
    query: z.object({ inline: Flag.openapi({ description: "1: to be shown, where it is a picture" }) }),
  },
  responses: {
    200: { description: "The bytes.", content: { "application/octet-stream": { schema: z.string() } } },
    ...problems(401, 404),
  },
});

/** What messages hold, for customers: of a message that they may see, on a ticket that they may see. */
export function customerContentRoutes(showPage: ShowMessagePage) {
  const routes = apiRouter();

  routes.openapi(htmlRoute, async (c) => {
    const customer = c.get("customer");
    const page = await c.get("db").transaction(customer.deskId, async (tx) => {
      const found = await findSeen(tx, customer, c.req.valid("param"));
      return found && readMessagePage(tx, customer.deskId, found.message, found.ticket.language);
    });
    return page === null ? noSuchContent(c) : showPage(c, page, c.req.valid("query").remote === "1");
  });

  routes.openapi(attachmentRoute, async (c) => {
    const customer = c.get("customer");
    const { messageId, position } = c.req.valid("param");
    const found = await c.get("db").transaction(customer.deskId, async (tx) => {
      if ((await findSeen(tx, customer, c.req.valid("param"))) === null) return null;
      const files = await listAttachments(tx, customer.deskId, [messageId]);
      const attachment = files.find((each) => each.position === position);
      const bytes = attachment ? await readBlob(tx, customer.deskId, attachment.sha256) : null;
      return attachment && bytes && { attachment, bytes };
    });
    if (!found) return noSuchContent(c);
    const headers = attachmentHeaders(found.attachment, c.req.valid("query").inline === "1");
    return c.body(new Uint8Array(found.bytes), 200, headers);
  });

  return routes;
}

async function findSeen(tx: Tx, customer: Customer, { number, messageId }: { number: number; messageId: string }) {
  const ticket = await findCustomerTicket(tx, customer, number);
  const message = ticket && (await findCustomerMessage(tx, customer, ticket.ticket_id, messageId));
  return ticket && message && { ticket, message };
}
