import { createRoute, z } from "@hono/zod-openapi";
import { type Instant, instant, toIso } from "@permanence/kernel";
import { type ApiContext, apiRouter, deskOf, IsoText, json, listOf, pageOf, pageQuery } from "@permanence/people";
import { attainmentCsv } from "./attainment-csv.ts";
import { attainmentPdf } from "./attainment-pdf.ts";
import { type AttainmentReport, reportAttainment } from "./attainment-report.ts";
import { AttainmentView, attainmentView } from "./attainment-view.ts";
import { type ListedClock, listClocks } from "./clock-list.ts";
import { readQuestion, ReportQuery } from "./report-request.ts";
import { REPORT_LANGUAGES } from "./report-words.ts";

const reportRoute = createRoute({
  method: "get",
  path: "/reports/attainment",
  tags: ["Reports"],
  summary: "How a promise was kept, by month, priority and organisation",
  request: { query: ReportQuery },
  responses: { 200: json(AttainmentView, "The report, of tickets received within the period.") },
});

const binary = z.string().openapi({ format: "binary" });

const csvRoute = createRoute({
  method: "get",
  path: "/reports/attainment.csv",
  tags: ["Reports"],
  summary: "The same as a table",
  request: { query: ReportQuery },
  responses: { 200: { description: "RFC 4180, in UTF-8.", content: { "text/csv": { schema: z.string() } } } },
});

const pdfRoute = createRoute({
  method: "get",
  path: "/reports/attainment.pdf",
  tags: ["Reports"],
  summary: "The same on paper",
  request: { query: ReportQuery.safeExtend({ language: z.enum(REPORT_LANGUAGES).default("fr") }) },
  responses: { 200: { description: "A4, tagged.", content: { "application/pdf": { schema: binary } } } },
});

const Milliseconds = z.int().transform(instant);
const ListQuery = ReportQuery.safeExtend({
  ...pageQuery(z.object({ startedAt: Milliseconds, ticketId: z.uuid() })).shape,
  outcome: z.enum(["running", "pending", "met", "breached", "raised", "void"]).optional(),
  receipt: z.enum(["proven", "presumed"]).optional(),
  hour: z.coerce
    .number()
    .int()
    .min(0)
    .max(167)
    .optional()
    .openapi({ description: "Of the week; 0: Monday, midnight." }),
});

const ReportedTicket = z
  .object({
    id: z.string(),
    number: z.number(),
    subject: z.string(),
    priority: z.string(),
    customer: z.string(),
    organisation: z.object({ id: z.string(), name: z.string() }).nullable(),
    clock: z.object({
      startedAt: IsoText,
      dueAt: IsoText,
      stoppedAt: IsoText.nullable(),
      outcome: z.string(),
      receipt: z.string().nullable(),
      cause: z.string().nullable(),
      durationMs: z.number().nullable().openapi({ description: "What counted from start to stop" }),
    }),
  })
  .openapi("ReportedTicket");

const listRoute = createRoute({
  method: "get",
  path: "/reports/attainment/tickets",
  tags: ["Reports"],
  summary: "The tickets behind a number of the report, the newest first",
  request: { query: ListQuery },
  responses: { 200: json(listOf(ReportedTicket), "One page of them.") },
});

/** Reports: everything here only reads. */
export function reportRoutes() {
  const routes = apiRouter();

  routes.openapi(reportRoute, async (c) => c.json(attainmentView(await report(c, c.req.valid("query"))), 200));

  routes.openapi(csvRoute, async (c) => {
    const text = attainmentCsv(await report(c, c.req.valid("query")));
    return c.body(text, 200, { "content-type": "text/csv; charset=utf-8", ...asFile("csv", c.req.valid("query")) });
  });

  routes.openapi(pdfRoute, async (c) => {
    const { language, ...query } = c.req.valid("query");
    const { deskId } = c.get("session");
    const { name } = await deskOf(c.get("db"), deskId);
    const bytes = await attainmentPdf(await report(c, query), { deskName: name, language });
    return c.body(new Uint8Array(bytes), 200, { "content-type": "application/pdf", ...asFile("pdf", query) });
  });

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const { limit, cursor, outcome, receipt, hour, ...query } = c.req.valid("query");
    const asked = await readQuestion(c.get("db"), deskId, query, c.get("world").clock.now());
    const wanted = { ...asked, filter: { outcome, receipt, hour }, after: cursor ?? null, limit: limit + 1 };
    const rows = await c.get("db").transaction(deskId, (tx) => listClocks(tx, deskId, wanted));
    return c.json(pageOf(rows, limit, reportedTicket, placeOf), 200);
  });

  return routes;
}

async function report(c: ApiContext, query: ReportQuery): Promise<AttainmentReport> {
  const [db, { deskId }] = [c.get("db"), c.get("session")];
  return reportAttainment(db, deskId, await readQuestion(db, deskId, query, c.get("world").clock.now()));
}

function asFile(ending: string, { target, from, to }: ReportQuery) {
  const name = [target, from, to].filter((part) => part !== undefined).join("_");
  return {
    "content-disposition": `attachment; filename="attainment_${name}.${ending}"`,
    "cache-control": "private, no-store",
  };
}

function reportedTicket(row: ListedClock): z.infer<typeof ReportedTicket> {
  const { organisation_id: id, organisation_name: name } = row;
  return {
    id: row.ticket_id,
    number: row.number,
    subject: row.subject,
    priority: row.priority,
    customer: row.contact_name,
    organisation: id === null ? null : { id, name: name ?? "" },
    clock: {
      startedAt: toIso(row.started_at),
      dueAt: toIso(row.due_at),
      stoppedAt: row.stopped_at === null ? null : toIso(row.stopped_at),
      outcome: row.outcome,
      receipt: row.receipt,
      cause: row.cause,
      durationMs: row.stopped_at === null ? null : (row.counted_ms ?? row.stopped_at - row.started_at),
    },
  };
}

function placeOf({ started_at: startedAt, ticket_id: ticketId }: ListedClock): {
  startedAt: Instant;
  ticketId: string;
} {
  return { startedAt, ticketId };
}
