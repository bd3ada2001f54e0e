import { createRoute, z } from "@hono/zod-openapi";
import { lookUp } from "@permanence/database";
import { type ApiContext, apiRouter, deskOf, json, jsonBody, problem, problems } from "@permanence/people";
import { setPriority } from "./agent-actions.ts";
import { findByStoppedLink } from "./stopped-link.ts";
import { openTicketChange } from "./ticket-change.ts";
import { PRIORITIES } from "./ticket-tables.ts";
import { BY_CUSTOMER, isHigher } from "./ticket-triage.ts";
import { AROUND, findTriageTable, priorityFor, STOPPED } from "./triage-table.ts";
import { questionsIn } from "./triage-routes.ts";

const tags = ["Triage"];
const Link = z.object({
  slug: z.string().max(100),
  number: z.coerce.number().int().min(1),
  signature: z.string().max(100),
});
const asked = z.object({ question: z.string(), answers: z.array(z.object({ answer: z.string(), words: z.string() })) });
const Standing = z.enum(["open", "urgent", "expired"]);
const StoppedView = z
  .object({
    ...{ number: z.number().int(), language: z.string(), standing: Standing, priority: z.enum(PRIORITIES) },
    desk: z.object({ name: z.string(), mailbox: z.string() }),
    questions: z.object({ stopped: asked, around: asked }),
  })
  .openapi("StoppedWork", { description: "standing: urgent already, or expired: closed, or of a month ago" });
const Answers = z.strictObject({ stopped: z.enum(STOPPED), around: z.enum(AROUND) });
const Answered = z
  .object({ priority: z.enum(PRIORITIES), raised: z.boolean() })
  .openapi("StoppedWorkAnswered", { description: "raised: whether the ticket has a higher priority since" });
const OPEN = { security: [] };
const path = "/desks/{slug}/stopped/{number}/{signature}" as const;

const askRoute = createRoute({
  ...{ method: "get", path, tags, summary: "The two questions behind the link in a notice", ...OPEN },
  description: "Reading changes nothing: programs that follow links in mails do that, too.",
  request: { params: Link },
  responses: { 200: json(StoppedView, "The ticket, and the questions."), ...problems(404) },
});
const answerRoute = createRoute({
  ...{ method: "post", path, tags, summary: "Say that one's work has stopped", ...OPEN },
  description: "By the desk's own table. It raises the priority and never lowers it.",
  request: { params: Link, body: jsonBody(Answers) },
  responses: { 200: json(Answered, "The priority that the ticket has now."), ...problems(400, 404, 409) },
});

/** For customers, without signing in: the signature in the address stands for their ticket, and for nothing else. */
export function stoppedRoutes() {
  const routes = apiRouter();

  routes.openapi(askRoute, async (c) => {
    const link = c.req.valid("param");
    const found = await findLinked(c, link);
    if (found === null) return problem(c, 404, "Not found", FORGED);
    const { desk, ticket } = found;
    const { stopped, around } = questionsIn(ticket.language);
    const { number, language, standing, priority } = ticket;
    const place = { name: desk.name, mailbox: desk.settings.mailboxes[0]!.address };
    return c.json({ number, language, standing, priority, desk: place, questions: { stopped, around } }, 200);
  });

  routes.openapi(answerRoute, async (c) => {
    const found = await findLinked(c, c.req.valid("param"));
    if (found === null) return problem(c, 404, "Not found", FORGED);
    const { desk, ticket } = found;
    const world = c.get("world");
    const answered = await c.get("db").transaction(desk.deskId, async (tx) => {
      const change = (await openTicketChange(tx, world, desk.deskId, ticket.ticketId))!;
      if (ticket.standing === "expired" || change.ticket.state === "closed") return null;
      const { table } = await findTriageTable(tx, desk.deskId);
      const priority = priorityFor(table, { kind: "fault", ...c.req.valid("json") });
      const raised = isHigher(priority, change.ticket.priority);
      const triage = change.ticket.triage ?? { suggested: null, confidence: null, reasons: [] };
      if (raised || priority === "urgent")
        change.set({ triage: { ...triage, by: "customer" }, to_be_classified: false });
      if (raised) await setPriority(tx, { world, desk, actor: "customer" }, change, { priority, reason: BY_CUSTOMER });
      change.save(tx);
      return { priority: change.ticket.priority, raised };
    });
    return answered === null ? problem(c, 409, "Over", EXPIRED) : c.json(answered, 200);
  });

  return routes;
}

const FORGED =
  "This link is not one of ours, or is not whole. Nothing was changed: open it from our mail, or answer that mail.";
const EXPIRED =
  "This request is closed, or older than a month: the link does not count any more, and nothing was changed. Answer our mail, or write a new one.";

async function findLinked(c: ApiContext, { slug, number, signature }: z.infer<typeof Link>) {
  const db = c.get("db");
  const deskId = await lookUp(db, "desk", slug);
  if (deskId === null) return null;
  const desk = await deskOf(db, deskId);
  const now = c.get("world").clock.now();
  const ticket = await db.transaction(deskId, (tx) => findByStoppedLink(tx, deskId, { number, signature }, now));
  return ticket && { desk, ticket };
}
