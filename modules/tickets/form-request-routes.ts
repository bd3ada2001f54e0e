import { createRoute, z } from "@hono/zod-openapi";
import { type Instant, newToken, toIso } from "@permanence/kernel";
import { apiRouter, type Desk, IsoText, json, jsonBody, normalAddress, problem, problems } from "@permanence/people";
import { readClock, type StoredClock } from "@permanence/sla";
import { findByOwnLink, type FormReceipt, recordShown, registerFormRequest } from "./form-request.ts";
import { workingOpening } from "./public-desk.ts";
import { findDeskBySlug, noSuchDesk, OpeningView, openingView } from "./public-desk-routes.ts";
import { PRIORITIES, type TicketRow } from "./ticket-tables.ts";
import { questionsIn, Questions } from "./triage-routes.ts";
import { findTriageTable, triageAnswersSchema, triageTableSchema } from "./triage-table.ts";

const tags = ["Public site"];
const Slug = z.object({ slug: z.string().max(100) });
const Language = z.enum(["fr", "nl", "en"]);
const Link = Slug.extend({ number: z.coerce.number().int().min(1).max(2_147_483_647), signature: z.string().max(100) });

const formRoute = createRoute({
  ...{ method: "get", path: "/desks/{slug}/form", tags, security: [] },
  summary: "What the form of the public site asks, and which answers give which priority",
  request: { params: Slug, query: z.object({ language: Language }) },
  responses: {
    200: json(
      z.object({
        questions: Questions,
        table: triageTableSchema,
        key: z.string().openapi({ description: "Another one each time: an Idempotency-Key for one request" }),
      }),
      "The form.",
    ),
    ...problems(400, 404),
  },
});

const Receipt = z.object({
  ...{ number: z.int(), priority: z.enum(PRIORITIES), signature: z.string() },
  shown: z.string().openapi({ description: "To be handed back once the customer sees the number" }),
});

const NewRequest = z.strictObject({
  email: z.string().max(320),
  name: z.string().trim().max(200).default(""),
  language: Language,
  subject: z.string().trim().min(1).max(500),
  text: z.string().trim().min(1).max(200_000),
  answers: triageAnswersSchema,
  website: z
    .string()
    .max(500)
    .default("")
    .openapi({ description: "Left empty by people: programs that fill in forms do not" }),
});

const sendRoute = createRoute({
  ...{ method: "post", path: "/desks/{slug}/requests", tags, security: [] },
  summary: "Send a request by the form, without signing in",
  request: {
    params: Slug,
    headers: z.object({ "idempotency-key": z.string().min(16).max(200) }),
    body: jsonBody(NewRequest),
  },
  responses: {
    201: json(Receipt, "It is registered; the same one for the same Idempotency-Key."),
    ...problems(400, 404, 409, 422, 429),
  },
});

const Standing = z
  .object({
    ...{ number: z.int(), subject: z.string(), state: z.enum(["new", "open", "waiting", "on-hold", "closed"]) },
    ...{ priority: z.enum(PRIORITIES), receivedAt: IsoText, dueAt: IsoText.nullable(), notifiedAt: IsoText.nullable() },
    ...{ opening: OpeningView, now: IsoText },
  })
  .openapi("RequestStanding");

const standingRoute = createRoute({
  ...{ method: "get", path: "/desks/{slug}/requests/{number}/{signature}", tags, security: [] },
  summary: "How a request stands, for whoever has its own link",
  request: { params: Link },
  responses: { 200: json(Standing, "The request."), ...problems(404) },
});

const shownRoute = createRoute({
  ...{ method: "put", path: "/desks/{slug}/requests/{number}/{signature}/shown/{shown}", tags, security: [] },
  summary: "Tell that the customer sees the number: the receipt of the notice",
  request: { params: Link.extend({ shown: z.string().max(100) }) },
  responses: { 204: { description: "It is recorded, once." }, ...problems(404) },
});

/** Requests by the form of the public site. */
export function formRequestRoutes() {
  const routes = apiRouter();

  routes.openapi(formRoute, async (c) => {
    const desk = await findDeskBySlug(c, c.req.valid("param").slug);
    if (desk === null) return noSuchDesk(c);
    const { table } = await c.get("db").transaction(desk.deskId, (tx) => findTriageTable(tx, desk.deskId));
    const key = newToken(c.get("world"));
    return c.json({ questions: questionsIn(c.req.valid("query").language), table, key }, 200);
  });

  routes.openapi(sendRoute, async (c) => {
    const desk = await findDeskBySlug(c, c.req.valid("param").slug);
    if (desk === null) return noSuchDesk(c);
    const { email, website, ...request } = c.req.valid("json");
    const address = normalAddress(email);
    if (address === null) return problem(c, 422, "No address", `"${email}" is no mail address. Nothing was sent.`);
    if (website !== "") return problem(c, 422, "Filled in by a program", FILLED);
    const key = c.req.valid("header")["idempotency-key"];
    const world = c.get("world");
    const sent = await c
      .get("db")
      .transaction(desk.deskId, (tx) => registerFormRequest(tx, world, desk, { ...request, key, address }));
    if (typeof sent === "object") return c.json(sent satisfies FormReceipt, 201);
    if (sent === "too-many") return problem(c, 429, "Too many", TOO_MANY);
    if (sent === "not-welcome") return problem(c, 422, "Not this address", NOT_WELCOME);
    return problem(c, 409, "Another request under this key", OTHER);
  });

  routes.openapi(standingRoute, async (c) => {
    const desk = await findDeskBySlug(c, c.req.valid("param").slug);
    if (desk === null) return noSuchDesk(c);
    const { deskId } = desk;
    const found = await c.get("db").transaction(deskId, async (tx) => {
      const ticket = await findByOwnLink(tx, deskId, c.req.valid("param"));
      return ticket && { ticket, clock: await readClock(tx, deskId, ticket.ticket_id, "response") };
    });
    if (found === null) return problem(c, 404, "Not found", FORGED);
    const now = c.get("world").clock.now();
    return c.json(standingOf(desk, found.ticket, found.clock, now), 200);
  });

  routes.openapi(shownRoute, async (c) => {
    const desk = await findDeskBySlug(c, c.req.valid("param").slug);
    if (desk === null) return noSuchDesk(c);
    const { shown, ...link } = c.req.valid("param");
    const isOurs = await c.get("db").transaction(desk.deskId, async (tx) => {
      const ticket = await findByOwnLink(tx, desk.deskId, link);
      return ticket !== null && (await recordShown(tx, c.get("world"), ticket, shown));
    });
    return isOurs ? c.body(null, 204) : problem(c, 404, "Not found", FORGED);
  });

  return routes;
}

const FILLED =
  "A field that people do not see was filled in, as programs do. Nothing was sent. If you are a person, leave it empty and send again.";
const TOO_MANY =
  "Very many requests came from there within an hour. Nothing was sent: try again later, or write an e-mail.";
const NOT_WELCOME = "No confirmation can go to this address. Nothing was sent: give another, or write an e-mail.";
const OTHER = "Another request was sent under this Idempotency-Key. Nothing of this one was sent: take a new key.";
const FORGED = "This link is not one of ours, or is not whole.";

function standingOf(desk: Desk, ticket: TicketRow, clock: StoredClock | null, now: Instant): z.infer<typeof Standing> {
  const { number, subject, state, priority } = ticket;
  const opening = openingView(workingOpening(desk, priority, now));
  const [dueAt, stoppedAt] = [clock?.dueAt ?? null, clock?.stoppedAt ?? null];
  return {
    ...{ number, subject, state, priority, opening, receivedAt: toIso(ticket.received_at), now: toIso(now) },
    ...{ dueAt: dueAt === null ? null : toIso(dueAt), notifiedAt: stoppedAt === null ? null : toIso(stoppedAt) },
  };
}
