import { createRoute, z } from "@hono/zod-openapi";
import { toIso } from "@permanence/kernel";
import { type ApiContext, apiRouter, IsoText, json, problem, problems } from "./api.ts";
import { listOf, pageOf, pageQuery } from "./api-page.ts";
import { deskOf, forgetDesk } from "./desk-store.ts";
import { csvText, SAMPLE_ROWS } from "./directory-file.ts";
import {
  addImport,
  applyImport,
  type DirectoryImport,
  findImport,
  listImports,
  listLines,
  refusedLines,
} from "./directory-import-store.ts";
import { shownLine } from "./directory-plan.ts";
import { mayDo } from "./permissions.ts";

const tags = ["Customers"];
const Id = z.object({ id: z.uuid() });
const OUTCOMES = ["made", "changed", "unchanged", "refused"] as const;

const ImportView = z
  .object({
    id: z.string(),
    fileName: z.string(),
    madeAt: IsoText,
    counts: z.record(z.enum(OUTCOMES), z.number().int()),
    appliedAt: IsoText.nullable(),
  })
  .openapi("DirectoryImport");

const LineView = z
  .object({
    line: z.number().int(),
    outcome: z.enum(OUTCOMES),
    organisation: z.string().nullable(),
    contact: z.string().nullable(),
    changes: z.array(
      z.object({
        of: z.enum(["organisation", "contact"]),
        field: z.string(),
        from: z.string().nullable(),
        to: z.string(),
      }),
    ),
    reason: z.string().nullable().openapi({ description: "Why it is refused." }),
  })
  .openapi("DirectoryImportLine");

const addRoute = createRoute({
  ...{ method: "post", path: "/directory-imports", tags },
  summary: "Give a file of customers (CSV), and learn what taking it over would do. Nothing is taken over yet",
  request: {
    query: z.object({ fileName: z.string().trim().max(200).default("") }),
    body: { content: { "text/csv": { schema: z.string().openapi({ format: "binary" }) } } },
  },
  responses: {
    201: json(ImportView, "What would happen, counted; the lines tell it one by one."),
    ...problems(400, 422),
  },
});
const listRoute = createRoute({
  ...{ method: "get", path: "/directory-imports", tags, summary: "Files of the last thirty days, the newest first" },
  responses: { 200: json(listOf(ImportView), "The newest fifty.") },
});
const findRoute = createRoute({
  ...{ method: "get", path: "/directory-imports/{id}", tags, summary: "One file of customers" },
  request: { params: Id },
  responses: { 200: json(ImportView, "What it would do, or did."), ...problems(404) },
});
const linesRoute = createRoute({
  ...{ method: "get", path: "/directory-imports/{id}/lines", tags, summary: "What becomes of each line of a file" },
  request: { params: Id, query: pageQuery(z.int()).extend({ outcome: z.enum(OUTCOMES).optional() }) },
  responses: { 200: json(listOf(LineView), "One page of lines."), ...problems(400, 404) },
});
const applyRoute = createRoute({
  ...{ method: "post", path: "/directory-imports/{id}/application", tags },
  summary: "Take a file over as it was shown: every line that is not refused, or nothing at all",
  request: { params: Id },
  responses: { 200: json(ImportView, "It is taken over."), ...problems(404, 409) },
});
const csv = { description: "A table.", content: { "text/csv": { schema: z.string().openapi({ format: "binary" }) } } };
const refusedRoute = createRoute({
  ...{ method: "get", path: "/directory-imports/{id}/refused-lines", tags },
  summary: "The lines of a file that are refused, with the reasons, to be put right and given again",
  request: { params: Id },
  responses: { 200: csv, ...problems(404) },
});
const sampleRoute = createRoute({
  ...{ method: "get", path: "/directory-imports/sample", tags, summary: "A file of customers to begin with" },
  responses: { 200: csv },
});

/** Taking over customers from a file. */
export function directoryImportRoutes() {
  const routes = apiRouter();
  addFiles(routes);
  addShown(routes);
  return routes;
}

type Routes = ReturnType<typeof apiRouter>;

function addFiles(routes: Routes): void {
  routes.openapi(sampleRoute, (c) => table(c, csvText(SAMPLE_ROWS), "customers.csv"));

  routes.openapi(addRoute, async (c) => {
    const { deskId } = c.get("session");
    const file = Buffer.from(await c.req.arrayBuffer()); // No more than apps/server lets pass.
    const { fileName } = c.req.valid("query");
    const desk = await deskOf(c.get("db"), deskId);
    const result = await c.get("db").transaction(deskId, async (tx) => {
      const added = await addImport(tx, c.get("world"), desk, { file, fileName, ...giver(c) });
      return typeof added === "string" ? (await findImport(tx, deskId, added))! : added;
    });
    if ("mistake" in result)
      return problem(c, 422, "File not read", `${result.mistake} Nothing was taken over (line ${result.line}).`);
    return c.json(importView(result), 201);
  });

  routes.openapi(applyRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const desk = await deskOf(c.get("db"), deskId);
    const outcome = await applyImport(c.get("db"), c.get("world"), desk, id, giver(c));
    if (outcome === "not-found") return problem(c, 404, "Not found", NONE);
    if (outcome === "applied") return problem(c, 409, "Taken over already", "This file is taken over already.");
    if (outcome === "changed") return problem(c, 409, "Changed meanwhile", CHANGED);
    forgetDesk(c.get("db"), deskId); // Contracts may be new.
    const done = await c.get("db").transaction(deskId, (tx) => findImport(tx, deskId, id));
    return c.json(importView(done!), 200);
  });
}

function addShown(routes: Routes): void {
  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const rows = await c.get("db").transaction(deskId, (tx) => listImports(tx, deskId, 50));
    return c.json({ items: rows.map(importView), next: null }, 200);
  });

  routes.openapi(refusedRoute, async (c) => {
    const { deskId } = c.get("session");
    const text = await c.get("db").transaction(deskId, (tx) => refusedLines(tx, deskId, c.req.valid("param").id));
    return text === null ? problem(c, 404, "Not found", NONE) : table(c, text, "refused-lines.csv");
  });

  routes.openapi(linesRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const { limit, cursor: after, outcome } = c.req.valid("query");
    const rows = await c.get("db").transaction(deskId, async (tx) => {
      if ((await findImport(tx, deskId, id)) === null) return null;
      return listLines(tx, deskId, id, { outcome, after, limit: limit + 1 });
    });
    if (rows === null) return problem(c, 404, "Not found", NONE);
    return c.json(
      pageOf(rows, limit, shownLine, ({ line }) => line),
      200,
    );
  });

  routes.openapi(findRoute, async (c) => {
    const { deskId } = c.get("session");
    const found = await c.get("db").transaction(deskId, (tx) => findImport(tx, deskId, c.req.valid("param").id));
    return found === null ? problem(c, 404, "Not found", NONE) : c.json(importView(found), 200);
  });
}

/** Which mail domains are whose, and who has which contract, is not for every role: such lines are refused then. */
function giver(c: ApiContext) {
  const { agent } = c.get("session");
  const rights = { domains: mayDo(agent.role, "domains"), promises: mayDo(agent.role, "promises") };
  return { agentId: agent.id, rights };
}

function table(c: ApiContext, text: string, name: string) {
  c.header("content-disposition", `attachment; filename="${name}"`);
  return c.body(text, 200, { "content-type": "text/csv; charset=utf-8" });
}

function importView({ madeAt, appliedAt, ...rest }: DirectoryImport) {
  return { ...rest, madeAt: toIso(madeAt), appliedAt: appliedAt === null ? null : toIso(appliedAt) };
}

const NONE = "There is no such file: it may be older than thirty days.";
const CHANGED =
  "The customers changed after this was shown, and taking the file over would do something else now. Nothing was taken " +
  "over: look at what is shown anew.";
