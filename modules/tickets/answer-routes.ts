import { createRoute, z } from "@hono/zod-openapi";
import { newId } from "@permanence/kernel";
import {
  type ApiContext,
  apiRouter,
  deskOf,
  IfMatch,
  ifMatchAllows,
  json,
  jsonBody,
  problem,
  problems,
  setEtag,
  versionedJson,
} from "@permanence/people";
import { type AnswerRow, listAnswers, lockAnswer, putAnswer, removeAnswer } from "./answer-store.ts";
import { fillLetter, isVariable, LETTER_VARIABLES, letterValues } from "./letter-variables.ts";
import { findTicket } from "./ticket-store.ts";

const tags = ["Answers"];
const Id = z.object({ id: z.uuid() });
const AnswerBody = z.strictObject({
  name: z.string().trim().min(1, "must not be empty").max(200),
  texts: z
    .record(z.string().regex(/^[a-z]{2}$/), z.string().trim().min(1, "must not be empty").max(50_000))
    .openapi({ description: "Markdown by language, with variables such as {{customer.name}}" }),
});
const AnswerView = z
  .object({ id: z.string(), name: z.string(), texts: z.record(z.string(), z.string()), version: z.number() })
  .openapi("Answer");

const listRoute = createRoute({
  ...{ method: "get", path: "/answers", tags, summary: "The desk's ready answers, by name" },
  responses: {
    200: json(z.object({ items: z.array(AnswerView), variables: z.array(z.string()) }), "All, and what they may say."),
  },
});
const makeRoute = createRoute({
  ...{ method: "post", path: "/answer-texts", tags, summary: "Write a new ready answer" },
  request: { body: jsonBody(AnswerBody) },
  responses: { 201: versionedJson(AnswerView, "The answer."), ...problems(400, 422) },
});
const changeRoute = createRoute({
  ...{ method: "put", path: "/answer-texts/{id}", tags, summary: "Change a ready answer" },
  request: { params: Id, headers: IfMatch, body: jsonBody(AnswerBody) },
  responses: { 200: versionedJson(AnswerView, "As it is now."), ...problems(400, 404, 412, 422) },
});
const removeRoute = createRoute({
  ...{ method: "delete", path: "/answer-texts/{id}", tags, summary: "Take a ready answer away" },
  request: { params: Id },
  responses: { 204: { description: "It is gone." }, ...problems(404) },
});
const filledRoute = createRoute({
  ...{ method: "get", path: "/tickets/{id}/answers", tags, summary: "Ready answers in the customer's language" },
  description: "With the ticket's values in them; what has none stands there as its variable, and is named.",
  request: { params: Id },
  responses: {
    200: json(
      z.object({
        items: z.array(z.object({ id: z.string(), name: z.string(), text: z.string(), missing: z.array(z.string()) })),
      }),
      "Those that are written in this language.",
    ),
    ...problems(404),
  },
});

/** Answers that agents take up into what they write. */
export function answerRoutes() {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const rows = await c.get("db").transaction(deskId, (tx) => listAnswers(tx, deskId));
    return c.json({ items: rows.map(answerView), variables: [...LETTER_VARIABLES] }, 200);
  });

  routes.openapi(makeRoute, async (c) => {
    const body = c.req.valid("json");
    const wrong = await findMistake(c, body.texts);
    if (wrong !== null) return problem(c, 422, "Not ready to be kept", wrong);
    const row = rowOf(c, { answer_id: newId(c.get("world")), version: 1, ...body });
    await c.get("db").transaction(row.desk_id, (tx) => putAnswer(tx, row));
    setEtag(c, row.version);
    return c.json(answerView(row), 201);
  });

  routes.openapi(changeRoute, async (c) => {
    const { deskId } = c.get("session");
    const body = c.req.valid("json");
    const wrong = await findMistake(c, body.texts);
    if (wrong !== null) return problem(c, 422, "Not ready to be kept", wrong);
    const outcome = await c.get("db").transaction(deskId, async (tx) => {
      const before = await lockAnswer(tx, deskId, c.req.valid("param").id);
      if (before === null) return "not-found";
      if (!ifMatchAllows(c, before.version)) return "changed";
      const row = rowOf(c, { answer_id: before.answer_id, version: before.version + 1, ...body });
      await putAnswer(tx, row);
      return row;
    });
    if (outcome === "not-found") return noSuchAnswer(c);
    if (outcome === "changed") return problem(c, 412, "Changed meanwhile", CHANGED);
    setEtag(c, outcome.version);
    return c.json(answerView(outcome), 200);
  });

  routes.openapi(removeRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const removed = await c.get("db").transaction(deskId, (tx) => removeAnswer(tx, deskId, id));
    return removed ? c.body(null, 204) : noSuchAnswer(c);
  });

  routes.openapi(filledRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const desk = await deskOf(c.get("db"), deskId);
    const found = await c.get("db").transaction(deskId, async (tx) => {
      const ticket = await findTicket(tx, deskId, c.req.valid("param").id);
      return ticket && { ticket, rows: await listAnswers(tx, deskId) };
    });
    if (!found) return problem(c, 404, "Not found", "There is no such ticket on this desk.");
    const values = letterValues({ desk, agent }, found.ticket);
    const items = found.rows.flatMap(({ answer_id: id, name, texts }) => {
      const written = texts[found.ticket.language];
      if (written === undefined) return [];
      const { text, missing } = fillLetter(written, values, true);
      return [{ id, name, text, missing }];
    });
    return c.json({ items }, 200);
  });

  return routes;
}

const CHANGED = "Somebody changed this since you read it. Nothing of yours was saved: read it again and repeat.";

/** What an answer may not say, in a sentence; null where there is nothing. */
async function findMistake(c: ApiContext, texts: Record<string, string>): Promise<string | null> {
  const { languages } = (await deskOf(c.get("db"), c.get("session").deskId)).settings;
  const other = Object.keys(texts).find((language) => !languages.includes(language));
  if (other !== undefined) return `The desk has no language "${other}". Nothing was saved.`;
  if (Object.keys(texts).length === 0) return "It is written in no language yet. Nothing was saved.";
  for (const [language, text] of Object.entries(texts)) {
    const unknown = [...text.matchAll(/\{\{\s*([^{}\n]*?)\s*\}\}/g)].find(([, name]) => !isVariable(name!));
    if (unknown) return `"${unknown[1]}" is no variable (${language}). Nothing was saved.`;
  }
  return null;
}

function rowOf(c: ApiContext, written: Pick<AnswerRow, "answer_id" | "version" | "name" | "texts">): AnswerRow {
  const { deskId, agent } = c.get("session");
  return { desk_id: deskId, ...written, changed_at: c.get("world").clock.now(), changed_by: agent.id };
}

function answerView({ answer_id: id, name, texts, version }: AnswerRow): z.infer<typeof AnswerView> {
  return { id, name, texts, version };
}

function noSuchAnswer(c: ApiContext) {
  return problem(c, 404, "Not found", "There is no such ready answer on this desk.");
}
