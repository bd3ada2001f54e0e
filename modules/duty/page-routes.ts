import { createRoute, z } from "@hono/zod-openapi";
import { lookUp } from "@permanence/database";
import { instant } from "@permanence/kernel";
import {
  type Agent,
  type ApiContext,
  apiRouter,
  type Desk,
  deskOf,
  findAgent,
  json,
  jsonBody,
} from "@permanence/people";
import { problem, problems } from "@permanence/people";
import { logCallOf } from "@permanence/tickets";
import { acknowledgeCallOut, handOverCallOut, takeCallOut } from "./call-out-acts.ts";
import { act, type Act, type Acted, readWhole } from "./call-out-requests.ts";
import { findPageByToken } from "./call-out-store.ts";
import { CallOutView, readCallOuts, WholeCallOut } from "./call-out-view.ts";
import { readFeed } from "./duty-feed.ts";
import type { PageRow } from "./duty-tables.ts";
import { peopleOf, Person } from "./duty-views.ts";

const tags = ["Duty"];
const OfPage = z.object({ slug: z.string().max(100), token: z.string().max(100) });
const ActedView = z
  .object({ callOut: CallOutView, refused: z.string().nullable().openapi({ description: "Why nothing was changed" }) })
  .openapi("ActedOnCallOut");
const OfAgent = WholeCallOut.extend({
  ...{ agent: Person, language: z.string(), isMine: z.boolean() },
  desk: z.object({ name: z.string(), timeZone: z.string() }),
}).openapi("PagedCallOut");
const OPEN = { security: [] };

const pageRoute = createRoute({
  ...{ method: "get", path: "/desks/{slug}/pages/{token}", tags, summary: "What a page is about, for whoever got it" },
  ...{ ...OPEN, request: { params: OfPage } },
  responses: { 200: json(OfAgent, "The call-out, and whose page it is."), ...problems(404) },
});
const pageAcknowledgeRoute = createRoute({
  ...{ method: "post", path: "/desks/{slug}/pages/{token}/acknowledgement", tags, summary: "Acknowledge a page" },
  description: "In the name of whoever the page went to. Twice is once.",
  ...{ ...OPEN, request: { params: OfPage } },
  responses: { 201: json(ActedView, "Who has it now."), ...problems(404) },
});
const pageHolderRoute = createRoute({
  ...{ method: "put", path: "/desks/{slug}/pages/{token}/holder", tags, summary: "Take it, or hand it to a colleague" },
  ...{ ...OPEN, request: { params: OfPage, body: jsonBody(z.strictObject({ agentId: z.uuid().optional() })) } },
  responses: { 200: json(ActedView, "Who has it now."), ...problems(400, 404, 422) },
});
const pageCallRoute = createRoute({
  ...{ method: "post", path: "/desks/{slug}/pages/{token}/calls", tags, summary: "Log that the customer was called" },
  description: "A receipt: whoever was told on the phone has the notice.",
  ...{ ...OPEN, request: { params: OfPage, body: jsonBody(z.strictObject({ ticketId: z.uuid() })) } },
  responses: { 201: json(ActedView, "The call-out as it is now."), ...problems(400, 404, 422) },
});
const colleaguesRoute = createRoute({
  ...{ method: "get", path: "/desks/{slug}/pages/{token}/colleagues", tags, summary: "To whom it can be handed over" },
  ...{ ...OPEN, request: { params: OfPage } },
  responses: { 200: json(z.object({ items: z.array(Person) }), "By name."), ...problems(404) },
});
const feedRoute = createRoute({
  ...{
    method: "get",
    path: "/desks/{slug}/duty-feeds/{token}",
    tags,
    summary: "An agent's shifts as iCalendar (RFC 5545)",
  },
  ...{ ...OPEN, request: { params: OfPage } },
  responses: {
    200: {
      description: "From a month ago to half a year ahead.",
      content: { "text/calendar": { schema: z.string() } },
    },
    ...problems(404),
  },
});

/** What whoever holds a page's token may do, without signing in: it went to them alone, at night, on a phone. */
export function pageRoutes() {
  const routes = apiRouter();

  routes.openapi(pageRoute, async (c) => {
    const found = await findPaged(c, c.req.valid("param"));
    if (found === null) return problem(c, 404, "Not found", NO_PAGE);
    const { desk, page, agent } = found;
    const whole = await c.get("db").transaction(desk.deskId, (tx) => readWhole(tx, desk.deskId, page.call_out_id));
    const { id, name, email, language } = agent;
    const isMine = whole!.holder?.id === id;
    const { settings, name: deskName } = desk;
    const place = { name: deskName, timeZone: settings.timeZone };
    return c.json({ ...whole!, agent: { id, name, email }, language, isMine, desk: place }, 200);
  });

  routes.openapi(pageAcknowledgeRoute, async (c) => {
    const acted = await actingByPage(c, c.req.valid("param"), acknowledgeCallOut);
    return acted === null ? problem(c, 404, "Not found", NO_PAGE) : c.json(answer(acted), 201);
  });

  routes.openapi(pageHolderRoute, async (c) => {
    const { agentId } = c.req.valid("json");
    const acted = await actingByPage(c, c.req.valid("param"), (tx, on) =>
      agentId === undefined || agentId === on.agent.id ? takeCallOut(tx, on) : handOverCallOut(tx, on, agentId),
    );
    if (acted === null) return problem(c, 404, "Not found", NO_PAGE);
    return acted.why === "no-such-agent"
      ? problem(c, 422, "No such agent", acted.refused!)
      : c.json(answer(acted), 200);
  });

  routes.openapi(pageCallRoute, async (c) => {
    const { ticketId } = c.req.valid("json");
    let isOfPage = true;
    const acted = await actingByPage(c, c.req.valid("param"), async (tx, on) => {
      const [callOut] = await readCallOuts(tx, on.desk.deskId, { id: on.callOutId, limit: 1 });
      isOfPage = callOut!.tickets.some(({ id }) => id === ticketId);
      if (isOfPage) await logCallOf(tx, on, ticketId);
      return null;
    });
    if (acted === null) return problem(c, 404, "Not found", NO_PAGE);
    return isOfPage ? c.json(answer(acted), 201) : problem(c, 422, "Another ticket", NOT_OF_PAGE);
  });

  routes.openapi(colleaguesRoute, async (c) => {
    const found = await findPaged(c, c.req.valid("param"));
    if (found === null) return problem(c, 404, "Not found", NO_PAGE);
    const { desk, agent } = found;
    const agents = await c.get("db").transaction(desk.deskId, (tx) => peopleOf(tx, desk.deskId));
    return c.json({ items: [...agents.values()].filter(({ id }) => id !== agent.id) }, 200);
  });

  routes.openapi(feedRoute, async (c) => {
    const { slug, token } = c.req.valid("param");
    const deskId = await lookUp(c.get("db"), "desk", slug);
    if (deskId === null) return problem(c, 404, "Not found", NO_PAGE);
    const desk = await deskOf(c.get("db"), deskId);
    const feed = await c.get("db").transaction(deskId, (tx) => readFeed(tx, c.get("world"), desk, token));
    if (feed === null) return problem(c, 404, "Not found", NO_PAGE);
    return c.body(feed, 200, { "content-type": "text/calendar; charset=utf-8", "cache-control": "no-store" });
  });

  return routes;
}

const NO_PAGE = "There is nothing at this address, or not any more.";
const NOT_OF_PAGE = "This ticket is not of this page. Nothing was logged.";
/** After it is over, a page can be read for so long. */
const READABLE_MS = 7 * 86_400_000;

type Paged = { desk: Desk; page: PageRow; agent: Agent };

async function findPaged(c: ApiContext, { slug, token }: z.infer<typeof OfPage>): Promise<Paged | null> {
  const db = c.get("db");
  const deskId = await lookUp(db, "desk", slug);
  if (deskId === null) return null;
  const desk = await deskOf(db, deskId);
  return await db.transaction(deskId, async (tx) => {
    const page = await findPageByToken(tx, deskId, token);
    if (page === null) return null;
    const [callOut] = await readCallOuts(tx, deskId, { id: page.call_out_id, limit: 1 });
    const isOld = c.get("world").clock.now() > instant(page.made_at + READABLE_MS);
    if (callOut!.state === "ended" && isOld) return null;
    const agent = await findAgent(tx, deskId, page.agent_id);
    return agent && { desk, page, agent };
  });
}

async function actingByPage(c: ApiContext, of: z.infer<typeof OfPage>, what: Act): Promise<Acted | null> {
  const found = await findPaged(c, of);
  if (found === null) return null;
  const { desk, agent, page } = found;
  return await act(c.get("db"), { world: c.get("world"), desk, agent, callOutId: page.call_out_id }, what);
}

function answer({ callOut, refused }: Acted): z.infer<typeof ActedView> {
  return { callOut: callOut!, refused };
}
