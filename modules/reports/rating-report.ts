import { createRoute, z } from "@hono/zod-openapi";
import type { DeskId, Tx } from "@permanence/database";
import { apiRouter, json, problems } from "@permanence/people";
import { sql } from "kysely";
import { firstInstant } from "./report-period.ts";
import { type Asked, readQuestion, ReportQuery } from "./report-request.ts";

const Count = z.int();

const RatingsView = z
  .object({
    ...{ from: z.string(), to: z.string() },
    asked: Count.openapi({ description: "Closings that customers were asked about within the period" }),
    answered: Count,
    good: Count,
    bad: Count,
    satisfaction: z.number().nullable().openapi({ description: "Good, of those answered: 0 to 1; null without any" }),
  })
  .openapi("RatingReport");

const ratingsRoute = createRoute({
  ...{ method: "get", path: "/reports/ratings", tags: ["Reports"] },
  summary: "Whether customers were content, of those who were asked within the period",
  request: { query: ReportQuery },
  responses: { 200: json(RatingsView, "The counts. The target makes no difference."), ...problems(400) },
});

/** How customers rated closings: a share is nothing without what it is of, so that both are told. */
export function ratingReportRoutes() {
  const routes = apiRouter();
  routes.openapi(ratingsRoute, async (c) => {
    const { deskId } = c.get("session");
    const db = c.get("db");
    const question = await readQuestion(db, deskId, c.req.valid("query"), c.get("world").clock.now());
    const { asked, good, bad } = await db.transaction(deskId, (tx) => countRatings(tx, deskId, question));
    const answered = good + bad;
    const { from, to } = question.period;
    const satisfaction = answered === 0 ? null : good / answered;
    return c.json({ from: String(from), to: String(to), asked, answered, good, bad, satisfaction }, 200);
  });
  return routes;
}

async function countRatings(tx: Tx, deskId: DeskId, { period, choice }: Asked) {
  const { from, to, timeZone } = period;
  const { priority = null, organisationId } = choice;
  const ofOrganisation =
    organisationId === undefined
      ? sql`true`
      : sql`coalesce(t.organisation_id, c.organisation_id) is not distinct from ${organisationId}::uuid`;
  const { rows } = await sql<{ asked: number; good: number; bad: number }>`
    select count(*)::int as asked, count(*) filter (where r.rating = 'good')::int as good,
      count(*) filter (where r.rating = 'bad')::int as bad
    from rating r
    join ticket t on t.desk_id = r.desk_id and t.ticket_id = r.ticket_id
    join contact c on c.desk_id = t.desk_id and c.contact_id = t.contact_id
    where r.desk_id = ${deskId} and r.asked_at >= ${firstInstant(from, timeZone)}
      and r.asked_at < ${firstInstant(to.add({ days: 1 }), timeZone)}
      and (${priority}::text is null or t.priority = ${priority}) and ${ofOrganisation}`.execute(tx);
  return rows[0]!;
}
