import { createRoute, z } from "@hono/zod-openapi";
import { type Db, type DeskId, findDesks, lookUp } from "@permanence/database";
import { apiRouter, json, problem, problems } from "./api.ts";
import { deskOf } from "./desk-store.ts";
import type { PeopleRoutesOptions } from "./people-routes-options.ts";

const Slug = z.string().max(100).optional().openapi({ description: "The desk's slug, where there are several." });

const DoorPlate = z
  .object({
    slug: z.string(),
    name: z.string(),
    languages: z.array(z.string()),
    mailboxes: z.array(z.string()),
    relay: z.enum(["smtp", "mailroom"]).openapi({ description: "mailroom: no mail leaves this machine" }),
  })
  .openapi("DoorPlate");

const doorRoute = createRoute({
  method: "get",
  path: "/desk",
  tags: ["Desk"],
  summary: "What anybody may know of the desk: its name, and where to write",
  security: [],
  request: { query: z.object({ desk: Slug }) },
  responses: { 200: json(DoorPlate, "The desk."), ...problems(404) },
});

/** What stands at the door, for people who have not signed in. */
export function deskRoutes({ outgoing }: PeopleRoutesOptions) {
  const routes = apiRouter();
  routes.openapi(doorRoute, async (c) => {
    const deskId = await deskOfStranger(c.get("db"), c.req.valid("query").desk);
    if (deskId === null) return problem(c, 404, "Not found", "Name the desk: there is none of this name, or several.");
    const { slug, name, settings } = await deskOf(c.get("db"), deskId);
    const mailboxes = settings.mailboxes.map(({ address }) => address);
    return c.json({ slug, name, languages: settings.languages, mailboxes, relay: outgoing }, 200);
  });
  return routes;
}

/** The desk that somebody means who has not signed in: the one that they name, or else the only one. */
export async function deskOfStranger(db: Db, slug: string | undefined): Promise<DeskId | null> {
  if (slug !== undefined) return await lookUp(db, "desk", slug);
  const [only, ...others] = await findDesks(db);
  return others.length === 0 ? (only ?? null) : null;
}
