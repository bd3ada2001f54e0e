import { createRoute, z } from "@hono/zod-openapi";
import { type DeskId, lookUp, type Tx } from "@permanence/database";
import { toIso } from "@permanence/kernel";
import {
  apiRouter,
  type Desk,
  deskOf,
  IsoText,
  json,
  jsonBody,
  normalAddress,
  problem,
  problems,
} from "@permanence/people";
import { joinMeToo } from "./incident-me-too.ts";
import { textIn } from "./incident-store.ts";
import { readUpdates } from "./incident-view.ts";

const Told = z
  .object({
    ...{ id: z.string(), title: z.string(), state: z.enum(["running", "resolved"]), beganAt: IsoText },
    resolvedAt: IsoText.nullable(),
    updates: z.array(z.object({ at: IsoText, kind: z.enum(["begun", "update", "resolved"]), text: z.string() })),
  })
  .openapi("PublicIncident");

const route = createRoute({
  ...{ method: "get", path: "/desks/{slug}/incidents", tags: ["Incidents"], security: [] },
  summary: "What anybody may know of incidents: those that run, and the history",
  request: {
    params: z.object({ slug: z.string().max(100) }),
    query: z.object({
      language: z
        .string()
        .regex(/^[a-z]{2}$/)
        .optional(),
    }),
  },
  responses: {
    200: json(
      z.object({ desk: z.string(), timeZone: z.string(), items: z.array(Told) }),
      "The newest fifty, in one language.",
    ),
    ...problems(400, 404),
  },
});

const meTooRoute = createRoute({
  ...{ method: "post", path: "/desks/{slug}/incidents/{id}/me-too", tags: ["Incidents"], security: [] },
  summary: "Say that one has the same trouble, without writing: a ticket of the incident, with its notice",
  request: {
    params: z.object({ slug: z.string().max(100), id: z.uuid() }),
    body: jsonBody(
      z.strictObject({
        address: z.string().max(320),
        language: z
          .string()
          .regex(/^[a-z]{2}$/)
          .optional(),
      }),
    ),
  },
  description: "The notice tells the ticket's number, to that address alone.",
  responses: { 202: { description: "It counts." }, ...problems(400, 404, 409, 422) },
});

/** For customers, without signing in. */
export function publicIncidentRoutes() {
  const routes = apiRouter();
  routes.openapi(route, async (c) => {
    const deskId = await lookUp(c.get("db"), "desk", c.req.valid("param").slug);
    if (deskId === null) return problem(c, 404, "Not found", "There is no such desk.");
    const desk = await deskOf(c.get("db"), deskId);
    const { language = desk.settings.languages[0]! } = c.req.valid("query");
    const items = await c.get("db").transaction(deskId, (tx) => readPublic(tx, desk, language));
    return c.json({ desk: desk.name, timeZone: desk.settings.timeZone, items }, 200);
  });
  routes.openapi(meTooRoute, async (c) => {
    const { slug, id } = c.req.valid("param");
    const deskId = await lookUp(c.get("db"), "desk", slug);
    if (deskId === null) return problem(c, 404, "Not found", "There is no such desk.");
    const desk = await deskOf(c.get("db"), deskId);
    const { address: typed, language: wanted } = c.req.valid("json");
    const address = normalAddress(typed);
    if (address === null) return problem(c, 422, "No address", `"${typed}" is no mail address. Nothing was saved.`);
    const { languages } = desk.settings;
    const language = wanted !== undefined && languages.includes(wanted) ? wanted : languages[0]!;
    const number = await c
      .get("db")
      .transaction(deskId, (tx) => joinMeToo(tx, c.get("world"), desk, id, { address, language }));
    if (number === "not-found") return problem(c, 404, "Not found", "There is no such incident. Nothing was saved.");
    if (number === "not-running")
      return problem(c, 409, "Not running", "This incident is over. Nothing was saved: write to us.");
    if (number === "too-many") return problem(c, 409, "Too many", TOO_MANY);
    if (number === "not-welcome")
      return problem(c, 422, "Not this address", "No notice can go to this address. Nothing was saved.");
    return c.body(null, 202); // Whose address is counted already is nobody else's to know.
  });
  return routes;
}

const TOO_MANY =
  "Very many say so at this moment, and we know of it. Nothing was saved: write to us, or come back in an hour.";

async function readPublic(tx: Tx, { deskId, settings }: Desk, language: string): Promise<z.infer<typeof Told>[]> {
  const incidents = await findPublic(tx, deskId);
  const told: z.infer<typeof Told>[] = [];
  for (const { incident_id: id, title, state, began_at, resolved_at } of incidents) {
    const updates = (await readUpdates(tx, deskId, id)).map(({ at, kind, text }) => ({
      ...{ at: toIso(at), kind, text: textIn(text, language, settings.languages) },
    }));
    told.push({
      ...{ id, title: textIn(title, language, settings.languages), state: state as "running" | "resolved", updates },
      ...{ beganAt: toIso(began_at), resolvedAt: resolved_at === null ? null : toIso(resolved_at) },
    });
  }
  return told;
}

async function findPublic(tx: Tx, deskId: DeskId) {
  return await tx
    .selectFrom("incident")
    .select(["incident_id", "title", "state", "began_at", "resolved_at"])
    .where("desk_id", "=", deskId)
    .where("is_public", "=", true)
    .where("state", "in", ["running", "resolved"])
    .orderBy("began_at", "desc")
    .limit(50)
    .execute();
}
