import { createRoute, z } from "@hono/zod-openapi";
import { apiRouter, json, jsonBody, problem, problems } from "@permanence/people";
import { refuseCustomer } from "./customer-request.ts";
import { findDeskBySlug, noSuchDesk } from "./public-desk-routes.ts";
import { findByRatingLink } from "./rating-link.ts";
import { ratingStanding, takeRating } from "./rating-store.ts";
import { NewRating, RatingView } from "./rating-view.ts";

const tags = ["Public site"];
const path = "/desks/{slug}/ratings/{number}/{closing}/{signature}" as const;
const Link = z.object({
  ...{ slug: z.string().max(100), number: z.coerce.number().int().min(1).max(2_147_483_647) },
  ...{ closing: z.string().max(20), signature: z.string().max(100) },
});

const askRoute = createRoute({
  ...{ method: "get", path, tags, summary: "What the link in a closing mail asks", security: [] },
  description: "Reading changes nothing: programs that follow links in mails do that, too.",
  request: { params: Link },
  responses: { 200: json(RatingView.extend({ number: z.int() }), "Whether it can be rated still."), ...problems(404) },
});

const rateRoute = createRoute({
  ...{ method: "post", path, tags, summary: "Say whether one was content, without signing in", security: [] },
  request: { params: Link, body: jsonBody(NewRating) },
  responses: { 204: { description: "It is kept." }, ...problems(400, 404, 409) },
});

/** For customers, without signing in: the signature stands for one closing of one ticket, and for nothing else. */
export function ratingRoutes() {
  const routes = apiRouter();

  routes.openapi(askRoute, async (c) => {
    const desk = await findDeskBySlug(c, c.req.valid("param").slug);
    if (desk === null) return noSuchDesk(c);
    const now = c.get("world").clock.now();
    const found = await c.get("db").transaction(desk.deskId, async (tx) => {
      const ticket = await findByRatingLink(tx, desk.deskId, c.req.valid("param"));
      if (ticket === null) return null;
      const standing = ticket.isSameClosing ? await ratingStanding(tx, desk, ticket, now) : null;
      return { number: ticket.number, ...(standing ?? { standing: "expired" as const, rating: null }) };
    });
    return found === null ? problem(c, 404, "Not found", FORGED) : c.json(found, 200);
  });

  routes.openapi(rateRoute, async (c) => {
    const desk = await findDeskBySlug(c, c.req.valid("param").slug);
    if (desk === null) return noSuchDesk(c);
    const rated = await c.get("db").transaction(desk.deskId, async (tx) => {
      const ticket = await findByRatingLink(tx, desk.deskId, c.req.valid("param"));
      if (ticket === null) return null;
      if (!ticket.isSameClosing) return "not-rated";
      return takeRating(tx, c.get("world"), desk, ticket, c.req.valid("json"));
    });
    if (rated === null) return problem(c, 404, "Not found", FORGED);
    return rated === "done" ? c.body(null, 204) : refuseCustomer(c, rated);
  });

  return routes;
}

const FORGED = "This link is not one of ours, or is not whole. Nothing was saved: open it from our mail.";
