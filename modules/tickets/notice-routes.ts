import { createRoute, z } from "@hono/zod-openapi";
import type { Tx } from "@permanence/database";
import { apiRouter, IfMatch, jsonBody, normalAddress, problems, versionedJson } from "@permanence/people";
import { type Acting, actorOf, noticeTo } from "./agent-actions.ts";
import type { TicketChange } from "./ticket-change.ts";
import { answerTicket, changeTicket } from "./ticket-request.ts";
import { TicketView } from "./ticket-view.ts";

const Body = z.strictObject({
  address: z.string().max(320).openapi({ description: "One of the customer's addresses." }),
});

const route = createRoute({
  method: "post",
  path: "/tickets/{id}/notices",
  tags: ["Tickets"],
  summary: "Send the notice once more, to any address of the customer's: a new attempt, which the clock counts",
  request: { params: z.object({ id: z.uuid() }), headers: IfMatch, body: jsonBody(Body) },
  responses: { 201: versionedJson(TicketView, "The ticket."), ...problems(404, 409, 412, 422) },
});

/** What an agent does where a notice did not arrive. */
export function noticeRoutes() {
  const routes = apiRouter();
  routes.openapi(route, async (c) => {
    const { address } = c.req.valid("json");
    const result = await changeTicket(c, c.req.valid("param").id, (tx, change, acting) =>
      sendAgain(tx, acting, change, address),
    );
    return answerTicket(c, result, 201);
  });
  return routes;
}

async function sendAgain(tx: Tx, acting: Acting, change: TicketChange, address: string) {
  const { desk_id, contact_id } = change.ticket;
  const own = await tx
    .selectFrom("contact_address as a")
    .innerJoin("contact as c", (join) =>
      join.onRef("c.desk_id", "=", "a.desk_id").onRef("c.contact_id", "=", "a.contact_id"),
    )
    .select(["a.address", "a.verified_at", "c.name"])
    .where("a.desk_id", "=", desk_id)
    .where("a.contact_id", "=", contact_id)
    .where("a.address", "=", normalAddress(address) ?? "")
    .executeTakeFirst();
  if (!own) return "not-their-address" as const;
  change.record("notice-again", actorOf(acting.agent), { to: own.address });
  const reader = { contactId: contact_id, address: own.address, name: own.name, verified: own.verified_at !== null };
  await noticeTo(tx, acting, change, reader);
  return "done" as const;
}
