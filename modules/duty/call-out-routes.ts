import { createRoute, z } from "@hono/zod-openapi";
import { type ApiContext, apiRouter, deskOf, json, jsonBody, problem, problems } from "@permanence/people";
import { acknowledgeCallOut, handOverCallOut, takeCallOut } from "./call-out-acts.ts";
import { act, NO_CALL_OUT, type Act, readWhole } from "./call-out-requests.ts";
import { CallOutView, readCallOuts, WholeCallOut } from "./call-out-view.ts";

const tags = ["Duty"];
const Id = z.object({ id: z.uuid() });
const Holder = z.strictObject({ agentId: z.uuid() });

const listRoute = createRoute({
  ...{ method: "get", path: "/call-outs", tags, summary: "Who is being called for what; those that run first" },
  request: { query: z.object({ running: z.enum(["true", "false"]).optional(), ticketId: z.uuid().optional() }) },
  responses: { 200: json(z.object({ items: z.array(CallOutView) }), "The newest hundred."), ...problems(400) },
});
const oneRoute = createRoute({
  ...{ method: "get", path: "/call-outs/{id}", tags, summary: "A call-out, with every page of it" },
  request: { params: Id },
  responses: { 200: json(WholeCallOut, "The call-out."), ...problems(404) },
});
const acknowledgeRoute = createRoute({
  ...{ method: "post", path: "/call-outs/{id}/acknowledgement", tags, summary: "Say that I am at it" },
  request: { params: Id },
  responses: { 201: json(CallOutView, "It is mine; the customer hears so."), ...problems(404, 409) },
});
const holderRoute = createRoute({
  ...{ method: "put", path: "/call-outs/{id}/holder", tags, summary: "Take it, or hand it to a colleague" },
  description: "Oneself takes it at once. A colleague is paged, and has it once they acknowledge.",
  request: { params: Id, body: jsonBody(Holder) },
  responses: { 200: json(CallOutView, "The call-out as it is now."), ...problems(400, 404, 409, 422) },
});
/** Call-outs, for agents who are signed in. */
export function callOutRoutes() {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const { running, ticketId } = c.req.valid("query");
    const wanted = { running: running === "true", ticketId, limit: 100 };
    const items = await c.get("db").transaction(deskId, (tx) => readCallOuts(tx, deskId, wanted));
    return c.json({ items }, 200);
  });

  routes.openapi(oneRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const whole = await c.get("db").transaction(deskId, (tx) => readWhole(tx, deskId, id));
    return whole === null ? problem(c, 404, "Not found", NO_CALL_OUT) : c.json(whole, 200);
  });

  routes.openapi(acknowledgeRoute, async (c) => {
    const { callOut, refused } = await actOn(c, c.req.valid("param").id, acknowledgeCallOut);
    if (callOut === null) return problem(c, 404, "Not found", NO_CALL_OUT);
    return refused === null ? c.json(callOut, 201) : problem(c, 409, "Nothing to acknowledge", refused);
  });

  routes.openapi(holderRoute, async (c) => {
    const { agent } = c.get("session");
    const { agentId } = c.req.valid("json");
    const { callOut, refused, why } = await actOn(c, c.req.valid("param").id, (tx, on) =>
      agentId === agent.id ? takeCallOut(tx, on) : handOverCallOut(tx, on, agentId),
    );
    if (callOut === null) return problem(c, 404, "Not found", NO_CALL_OUT);
    if (refused === null) return c.json(callOut, 200);
    return problem(c, why === "no-such-agent" ? 422 : 409, "Not handed over", refused);
  });

  return routes;
}

async function actOn(c: ApiContext, callOutId: string, what: Act) {
  const { deskId, agent } = c.get("session");
  const desk = await deskOf(c.get("db"), deskId);
  return await act(c.get("db"), { world: c.get("world"), desk, agent, callOutId }, what);
}
