import { createRoute, z } from "@hono/zod-openapi";
import {
  type ApiContext,
  apiRouter,
  deskOf,
  json,
  jsonBody,
  problem,
  problems,
  setEtag,
  versionedJson,
} from "@permanence/people";
import type { Acting } from "@permanence/tickets";
import { NONE } from "./public-routes.ts";
import { addSuggestion, lockSuggestion } from "./suggestion-store.ts";
import { ABOUT, LANGUAGES } from "./suggestion-tables.ts";
import { AgentWholeSuggestion } from "./suggestion-view.ts";
import { link, suggestFromTicket, ticketFromSuggestion } from "./ticket-link.ts";
import { readAgentWhole } from "./whole-suggestion.ts";

const tags = ["Suggestions"];
const filled = (most: number) => z.string().trim().min(1, "must not be empty").max(most);
const worded = {
  ...{ about: z.enum(ABOUT).default("product"), title: filled(200), text: filled(5_000) },
  language: z.enum(LANGUAGES),
};
const Ticket = z.strictObject({
  ticketId: z.uuid(),
  reply: filled(5_000).openapi({ description: "What the ticket's customer is told, in the ticket." }),
  closes: z.boolean().default(false).openapi({ description: "Whether the ticket is closed as solved." }),
});

const makeRoute = createRoute({
  ...{ method: "post", path: "/suggestions", tags, summary: "Write a suggestion down, be it of a ticket" },
  description:
    "Approved at once. Of a ticket, its customer proposes and follows it; words with mail addresses, telephone numbers or " +
    "the customer's name are refused, since everybody reads them.",
  request: { body: jsonBody(z.strictObject({ ...worded, ticket: Ticket.optional() })) },
  responses: { 201: versionedJson(AgentWholeSuggestion, "The suggestion."), ...problems(400, 404, 409, 422) },
});
const ticketRoute = createRoute({
  ...{ method: "post", path: "/suggestions/{id}/ticket", tags, summary: "Open a ticket for whoever suggested it" },
  request: {
    params: z.object({ id: z.uuid() }),
    body: jsonBody(
      z.strictObject({
        ...{ subject: filled(200), text: filled(5_000), priority: z.enum(["urgent", "high", "normal", "low"]) },
        priorityReason: filled(500),
      }),
    ),
  },
  responses: {
    201: json(z.object({ ticketId: z.string(), number: z.number().int() }), "The ticket; its notice is on its way."),
    ...problems(400, 404, 409),
  },
});

/** From tickets to suggestions, and back. */
export function ticketLinkRoutes() {
  const routes = apiRouter();
  routes.openapi(makeRoute, async (c) => {
    const { ticket, ...words } = c.req.valid("json");
    const acting = await whoActs(c);
    const { world, desk, agent } = acting;
    const made = await c.get("db").transaction(desk.deskId, async (tx) => {
      const own = { ...words, contact_id: null, agent_id: agent.id, signed: false, moderation: "approved" as const };
      const id =
        ticket === undefined
          ? { id: await addSuggestion(tx, world, desk.deskId, own) }
          : await suggestFromTicket(tx, acting, words, ticket);
      return typeof id === "object" && "id" in id ? (await readAgentWhole(tx, desk.deskId, id.id))! : id;
    });
    if (typeof made === "string") return refuse(c, made);
    if ("personal" in made) return problem(c, 422, "Personal data", personalSentence(made.personal));
    setEtag(c, made.version);
    return c.json(made, 201);
  });
  routes.openapi(ticketRoute, async (c) => {
    const acting = await whoActs(c);
    const { deskId } = acting.desk;
    const db = c.get("db");
    const suggestionId = c.req.valid("param").id;
    const opened = await db.transaction(deskId, async (tx) => {
      const suggestion = await lockSuggestion(tx, deskId, suggestionId);
      return suggestion === null ? null : ticketFromSuggestion(tx, acting, suggestion, c.req.valid("json"));
    });
    if (opened === null) return problem(c, 404, "Not found", NONE);
    if (opened === "nobody") return problem(c, 409, "Nobody to write to", NOBODY);
    await db.transaction(deskId, (tx) => link(tx, acting, { suggestionId, ticketId: opened.ticketId, made: "ticket" }));
    return c.json(opened, 201);
  });
  return routes;
}

async function whoActs(c: ApiContext): Promise<Acting> {
  const { deskId, agent } = c.get("session");
  return { world: c.get("world"), desk: await deskOf(c.get("db"), deskId), agent };
}

function refuse<R extends keyof typeof REFUSALS>(c: ApiContext, refused: R) {
  const [status, title, detail] = REFUSALS[refused];
  return problem(c, status as (typeof REFUSALS)[R][0], title, detail);
}

function personalSentence(found: string[]): string {
  return `Everybody would read: ${found.join(", ")}. Nothing was saved: word it without them.`;
}

const NOBODY = "Nobody can be written to: who suggested it is not known, or no mail reaches them. Nothing was changed.";
const REFUSALS = {
  "no-ticket": [404, "Not found", "There is no such ticket on this desk. Nothing was saved."],
  history: [409, "History", "This is mail from before the desk took over, kept as history. Nothing was saved."],
  "linked-already": [
    409,
    "Suggested already",
    "This ticket became a suggestion before. Nothing was saved: see it there.",
  ],
  unsendable: [422, "No mail can go there", "No mail can be sent to the customer's address. Nothing was saved."],
} as const satisfies Record<string, readonly [404 | 409 | 422, string, string]>;
