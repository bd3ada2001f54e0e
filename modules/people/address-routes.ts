import { createRoute, z } from "@hono/zod-openapi";
import { toIso } from "@permanence/kernel";
import { clearAddress, listFailing } from "./address-failures.ts";
import { apiRouter, IsoText, json, problem, problems } from "./api.ts";
import { listOf } from "./api-page.ts";
import { blockSender, listBlocked, unblockSender } from "./blocked-senders.ts";
import { normalAddress } from "./mail-address.ts";

const tags = ["Customers"];

const clearRoute = createRoute({
  method: "delete",
  path: "/failing-addresses/{address}",
  tags,
  summary: "Say that an address works after all",
  request: { params: z.object({ address: z.string().max(320) }) },
  responses: { 204: { description: "It is not marked any more." }, ...problems(404) },
});

const FailingAddress = z
  .object({
    address: z.string(),
    contact: z.object({ id: z.string(), name: z.string() }),
    failedAt: IsoText,
    reason: z.string(),
  })
  .openapi("FailingAddress");

const failingRoute = createRoute({
  ...{
    method: "get",
    path: "/failing-addresses",
    tags,
    summary: "Addresses at which nothing arrives, by their failure",
  },
  responses: { 200: json(listOf(FailingAddress), "The newest five hundred.") },
});

const blockedRoute = createRoute({
  method: "get",
  path: "/blocked-senders",
  tags,
  summary: "Senders whose mail is kept apart, by address",
  responses: { 200: json(listOf(z.object({ address: z.string(), since: z.string() })), "All of them.") },
});

const blockRoute = createRoute({
  method: "put",
  path: "/blocked-senders/{address}",
  tags,
  summary: "Keep a sender's mail apart from now on",
  request: { params: z.object({ address: z.string().max(320) }) },
  responses: { 204: { description: "The sender is blocked." }, ...problems(422) },
});

const unblockRoute = createRoute({
  method: "delete",
  path: "/blocked-senders/{address}",
  tags,
  summary: "Let a sender's mail in again",
  request: { params: z.object({ address: z.string().max(320) }) },
  responses: { 204: { description: "The sender is not blocked." }, ...problems(404) },
});

/** What is known of single addresses: that nothing arrives there, or that nothing is wanted from there. */
export function addressRoutes() {
  const routes = apiRouter();

  routes.openapi(clearRoute, async (c) => {
    const { deskId } = c.get("session");
    const address = c.req.valid("param").address.toLowerCase();
    const cleared = await c.get("db").transaction(deskId, (tx) => clearAddress(tx, deskId, address));
    return cleared ? c.body(null, 204) : problem(c, 404, "Not found", "No such address is marked as failing.");
  });

  routes.openapi(failingRoute, async (c) => {
    const { deskId } = c.get("session");
    const rows = await c.get("db").transaction(deskId, (tx) => listFailing(tx, deskId, 500));
    const items = rows.map(({ address, failed_at, failure, contact_id: id, name }) => ({
      ...{ address, contact: { id, name } },
      ...{ failedAt: toIso(failed_at!), reason: failure ?? "" },
    }));
    return c.json({ items, next: null }, 200);
  });

  routes.openapi(blockedRoute, async (c) => {
    const { deskId } = c.get("session");
    const rows = await c.get("db").transaction(deskId, (tx) => listBlocked(tx, deskId));
    return c.json({ items: rows.map(({ address, since }) => ({ address, since: toIso(since) })), next: null }, 200);
  });

  routes.openapi(blockRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const address = normalAddress(c.req.valid("param").address);
    if (address === null) return problem(c, 422, "Not an address", "A sender is blocked by a mail address.");
    const at = c.get("world").clock.now();
    await c.get("db").transaction(deskId, (tx) => blockSender(tx, deskId, address, { agentId: agent.id, at }));
    return c.body(null, 204);
  });

  routes.openapi(unblockRoute, async (c) => {
    const { deskId } = c.get("session");
    const address = c.req.valid("param").address.toLowerCase();
    const unblocked = await c.get("db").transaction(deskId, (tx) => unblockSender(tx, deskId, address));
    return unblocked ? c.body(null, 204) : problem(c, 404, "Not found", "No such sender is blocked.");
  });

  return routes;
}
