import { createRoute, z } from "@hono/zod-openapi";
import type { Tx } from "@permanence/database";
import { apiRouter, type Desk, deskOf, findAgent, IfMatch, ifMatchAllows } from "@permanence/people";
import { jsonBody, json, problem, problems, setEtag, versionedJson } from "@permanence/people";
import { previewRules } from "./assignment-preview.ts";
import { type AssignmentRule, assignmentRuleSchema, MOST_RULES } from "./assignment-rule.ts";
import { findRules, saveRules } from "./assignment-rule-store.ts";
import { findTagFamilies } from "./tag-store.ts";
import { findTeam } from "./team-store.ts";
import { CHANGED_MEANWHILE } from "./view-routes.ts";

const tags = ["Tickets"];
const Rules = z
  .strictObject({ rules: z.array(assignmentRuleSchema).max(MOST_RULES, `must be at most ${MOST_RULES}`) })
  .openapi("AssignmentRules", { description: "In their order: the first that names a team or an agent is the last" });
const Preview = z
  .object({
    looked: z.int().openapi({ description: "How many open tickets were tried, the newest first" }),
    items: z
      .array(
        z.object({
          name: z.string(),
          count: z.int(),
          tickets: z.array(
            z.object({ id: z.string(), number: z.number(), subject: z.string(), to: z.string().nullable() }),
          ),
        }),
      )
      .openapi({ description: "By rule: how many it would take, and the first twenty of them" }),
  })
  .openapi("AssignmentPreview");

const getRoute = createRoute({
  ...{ method: "get", path: "/assignment-rules", tags, summary: "To whom new tickets go, by rules" },
  responses: { 200: versionedJson(Rules, "All of them, in order.") },
});
const putRoute = createRoute({
  ...{ method: "put", path: "/assignment-rules", tags, summary: "Replace the rules, from the next ticket on" },
  request: { headers: IfMatch, body: jsonBody(Rules) },
  responses: { 200: versionedJson(Rules, "All of them as they are now."), ...problems(400, 412, 422) },
});
const previewRoute = createRoute({
  ...{
    method: "post",
    path: "/assignment-rules/previews",
    tags,
    summary: "Try rules on open tickets; changes nothing",
  },
  request: { body: jsonBody(Rules) },
  responses: { 200: json(Preview, "What each would take."), ...problems(400, 422) },
});

/** Rules by which new tickets are assigned. */
export function assignmentRoutes() {
  const routes = apiRouter();

  routes.openapi(getRoute, async (c) => {
    const { deskId } = c.get("session");
    const { rules, version } = await c.get("db").transaction(deskId, (tx) => findRules(tx, deskId));
    setEtag(c, version);
    return c.json({ rules }, 200);
  });

  routes.openapi(putRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { rules } = c.req.valid("json");
    const [db, world] = [c.get("db"), c.get("world")];
    const desk = await deskOf(db, deskId);
    const result = await db.transaction(deskId, async (tx) => {
      const unknown = await findUnknown(tx, desk, rules);
      if (unknown !== null) return { unknown };
      return saveRules(tx, world, deskId, { rules, madeBy: agent.id }, (version) => ifMatchAllows(c, version));
    });
    if (typeof result === "object") return problem(c, 422, "Unknown", result.unknown);
    if (result === "changed-meanwhile") return problem(c, 412, "Changed meanwhile", CHANGED_MEANWHILE);
    setEtag(c, result);
    return c.json({ rules }, 200);
  });

  routes.openapi(previewRoute, async (c) => {
    const { deskId } = c.get("session");
    const { rules } = c.req.valid("json");
    const desk = await deskOf(c.get("db"), deskId);
    const result = await c.get("db").transaction(deskId, async (tx) => {
      const unknown = await findUnknown(tx, desk, rules);
      return unknown ?? previewRules(tx, desk, rules);
    });
    return typeof result === "string" ? problem(c, 422, "Unknown", result) : c.json(result, 200);
  });

  return routes;
}

/** What the rules name that the desk has not, as a sentence; null where all is known. */
async function findUnknown(tx: Tx, desk: Desk, rules: AssignmentRule[]): Promise<string | null> {
  const { deskId, settings } = desk;
  const families = await findTagFamilies(tx, deskId);
  const addresses = new Set(settings.mailboxes.map(({ address }) => address.toLowerCase()));
  for (const { name, when, give } of rules) {
    const saying = (what: string) => `The rule "${name}" names ${what}. Nothing was saved.`;
    if (give.teamId !== null && (await findTeam(tx, deskId, give.teamId)) === null)
      return saying("a team that this desk has not");
    if (give.agentId !== null && (await findAgent(tx, deskId, give.agentId)) === null)
      return saying("somebody who does not work at this desk");
    if ([...when.tagIds, ...give.tagIds].some((id) => !families.has(id))) return saying("a tag that this desk has not");
    if (when.mailboxes.some((address) => !addresses.has(address.toLowerCase())))
      return saying("a mailbox that this desk has not");
  }
  return null;
}
