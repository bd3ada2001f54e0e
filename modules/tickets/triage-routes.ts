import { createRoute, z } from "@hono/zod-openapi";
import {
  apiRouter,
  IfMatch,
  ifMatchAllows,
  json,
  jsonBody,
  problem,
  problems,
  setEtag,
  versionedJson,
} from "@permanence/people";
import { describeReason } from "@permanence/triage";
import { confirmPriority } from "./agent-actions.ts";
import { answerTicket, changeTicket, refuse } from "./ticket-request.ts";
import { findTicket } from "./ticket-store.ts";
import { PRIORITIES } from "./ticket-tables.ts";
import { TicketView } from "./ticket-view.ts";
import {
  AROUND,
  findTriageTable,
  KIND,
  priorityFor,
  saveTriageTable,
  STOPPED,
  triageAnswersSchema,
  triageTableSchema,
} from "./triage-table.ts";
import { triageWords } from "./triage-words.ts";

const tags = ["Triage"];
const Id = z.object({ id: z.uuid() });
const Language = z.enum(["fr", "nl", "en"]);
const Asked = z.object({ language: Language.optional().openapi({ description: "Of the sentences; the agent's own" }) });

const TriageView = z
  .object({
    by: z.enum(["model", "agent", "customer", "desk"]).nullable().openapi({ description: "Who gave it its priority" }),
    suggested: z.enum(PRIORITIES).nullable().openapi({ description: "What the model found in the words" }),
    confidence: z.number().nullable().openapi({ description: "How sure it is, 0 to 1" }),
    toBeClassified: z.boolean(),
    reasons: z.array(z.string()).openapi({ description: "The rules and words that it used, as sentences" }),
  })
  .openapi("TicketTriage");

const question = <T extends readonly [string, ...string[]]>(answers: T) =>
  z.object({ question: z.string(), answers: z.array(z.object({ answer: z.enum(answers), words: z.string() })) });
export const Questions = z
  .object({ kind: question(KIND), stopped: question(STOPPED), around: question(AROUND) })
  .openapi("TriageQuestions", { description: "kind first; the others only where something does not work" });
const Table = triageTableSchema.openapi("TriageTable");
const Answers = triageAnswersSchema.openapi("TriageAnswers");

const whyRoute = createRoute({
  ...{ method: "get", path: "/tickets/{id}/triage", tags, summary: "Why a ticket has its priority" },
  request: { params: Id, query: Asked },
  responses: { 200: json(TriageView, "Who said so, and the words and rules."), ...problems(400, 404) },
});
const confirmRoute = createRoute({
  ...{ method: "post", path: "/tickets/{id}/classification", tags, summary: "Confirm a ticket's priority" },
  description: "It is the agent's own word from then on, and the desk learns of it. To change it, PATCH the ticket.",
  request: { params: Id, headers: IfMatch },
  responses: { 201: versionedJson(TicketView, "The ticket as it is now."), ...problems(404, 409, 412, 422) },
});
const questionsRoute = createRoute({
  ...{ method: "get", path: "/triage-questions", tags, summary: "The questions that give a priority, in plain words" },
  request: { query: Asked },
  responses: { 200: json(Questions, "The questions."), ...problems(400) },
});
const answersRoute = createRoute({
  ...{ method: "post", path: "/triage-questions/answers", tags, summary: "What priority some answers give" },
  request: { body: jsonBody(Answers) },
  responses: { 200: json(z.object({ priority: z.enum(PRIORITIES) }), "By the desk's table."), ...problems(400) },
});
const tableRoute = createRoute({
  ...{ method: "get", path: "/triage-table", tags, summary: "Which answers give which priority" },
  responses: {
    200: versionedJson(Table, "A fault's by whether work is stopped, then by whether there is a way around."),
  },
});
const putTableRoute = createRoute({
  ...{ method: "put", path: "/triage-table", tags, summary: "Change which answers give which priority" },
  request: { headers: IfMatch, body: jsonBody(Table) },
  responses: { 200: versionedJson(Table, "The table as it is now."), ...problems(400, 412) },
});

export function triageRoutes() {
  const routes = apiRouter();

  routes.openapi(whyRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { language = agent.language } = c.req.valid("query");
    const ticket = await c.get("db").transaction(deskId, (tx) => findTicket(tx, deskId, c.req.valid("param").id));
    if (ticket === null) return refuse(c, "not-found");
    const { triage, to_be_classified: toBeClassified } = ticket;
    const read = Language.catch("en").parse(language);
    const reasons = (triage?.reasons ?? []).map((reason) => describeReason(reason, read));
    const { by = null, suggested = null, confidence = null } = triage ?? {};
    return c.json({ by, suggested, confidence, toBeClassified, reasons }, 200);
  });

  routes.openapi(confirmRoute, async (c) => {
    const result = await changeTicket(c, c.req.valid("param").id, async (tx, change, acting) => {
      await confirmPriority(tx, acting, change);
      return "done" as const;
    });
    return answerTicket(c, result, 201);
  });

  routes.openapi(questionsRoute, (c) => {
    const { language = c.get("session").agent.language } = c.req.valid("query");
    return c.json(questionsIn(language), 200);
  });

  routes.openapi(answersRoute, async (c) => {
    const { deskId } = c.get("session");
    const { table } = await c.get("db").transaction(deskId, (tx) => findTriageTable(tx, deskId));
    return c.json({ priority: priorityFor(table, c.req.valid("json")) }, 200);
  });

  routes.openapi(tableRoute, async (c) => {
    const { deskId } = c.get("session");
    const { table, version } = await c.get("db").transaction(deskId, (tx) => findTriageTable(tx, deskId));
    setEtag(c, version);
    return c.json(table, 200);
  });

  routes.openapi(putTableRoute, async (c) => {
    const { deskId } = c.get("session");
    const table = c.req.valid("json");
    const version = await c.get("db").transaction(deskId, async (tx) => {
      if (!ifMatchAllows(c, (await findTriageTable(tx, deskId)).version)) return null;
      await saveTriageTable(tx, deskId, table);
      return (await findTriageTable(tx, deskId)).version;
    });
    if (version === null)
      return problem(
        c,
        412,
        "Changed meanwhile",
        "Somebody changed the table since you read it. Nothing of yours was saved: read it again and repeat.",
      );
    setEtag(c, version);
    return c.json(table, 200);
  });

  return routes;
}

/** In the order in which they are asked. */
export function questionsIn(language: string): z.infer<typeof Questions> {
  const words = triageWords(language);
  const asked = <T extends string>(
    { question, answers }: { question: string; answers: Record<T, string> },
    order: readonly T[],
  ) => ({
    question,
    answers: order.map((answer) => ({ answer, words: answers[answer] })),
  });
  return { kind: asked(words.kind, KIND), stopped: asked(words.stopped, STOPPED), around: asked(words.around, AROUND) };
}
