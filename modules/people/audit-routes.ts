import { createRoute, z } from "@hono/zod-openapi";
import { fromIso, toIso } from "@permanence/kernel";
import { apiRouter, IsoText, json, problems } from "./api.ts";
import { listOf, pageOf, pageQuery } from "./api-page.ts";
import { AUDIT_KINDS, listAudit } from "./audit-store.ts";

const AuditEntryView = z
  .object({
    id: z.string(),
    at: IsoText,
    kind: z.enum(AUDIT_KINDS),
    actor: z.union([z.object({ id: z.string(), name: z.string() }), z.null()]),
    subject: z.string().nullable().openapi({ description: "agent:<id>, contact:<id>, invitation:<id>, or an address" }),
    subjectName: z.string().nullable(),
    network: z.string().nullable(),
    data: z.record(z.string(), z.string()),
  })
  .openapi("AuditEntry");

const Moment = z.string().transform((text, context) => {
  const at = fromIso(text);
  if (at !== null) return at;
  context.addIssue('must be an instant such as "2026-12-24T16:30:00Z"');
  return z.NEVER;
});
const moment = Moment.optional().openapi({ type: "string", format: "date-time" });

const auditRoute = createRoute({
  method: "get",
  path: "/audit-entries",
  tags: ["People"],
  summary: "What is on record: sign-ins, rights, settings, tokens, who looked at customers' data",
  request: {
    query: pageQuery(z.uuid()).extend({
      kind: z.enum(AUDIT_KINDS).optional(),
      agent: z.uuid().optional().openapi({ description: "Who did it." }),
      from: moment,
      until: moment,
    }),
  },
  responses: { 200: json(listOf(AuditEntryView), "One page, the newest first."), ...problems(400, 401, 403) },
});

/** What is on record. There is no way to change it. */
export function auditRoutes() {
  const routes = apiRouter();
  routes.openapi(auditRoute, async (c) => {
    const { deskId } = c.get("session");
    const { limit, cursor: before, agent: actorId, ...filter } = c.req.valid("query");
    const asked = { ...filter, actorId, before, limit: limit + 1 };
    const rows = await c.get("db").transaction(deskId, (tx) => listAudit(tx, deskId, asked));
    const page = pageOf(rows, limit, viewOf, ({ id }) => id);
    return c.json(page, 200);
  });
  return routes;
}

function viewOf({ actorId, actorName, at, kind, ...entry }: Awaited<ReturnType<typeof listAudit>>[number]) {
  return {
    ...entry,
    ...{ at: toIso(at), kind: kind as (typeof AUDIT_KINDS)[number] },
    actor: actorId === null ? null : { id: actorId, name: actorName ?? "" },
  };
}
