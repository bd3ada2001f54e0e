import { createRoute, z } from "@hono/zod-openapi";
import { type Db, lookUp } from "@permanence/database";
import { toIso } from "@permanence/kernel";
import { apiRouter, deskOf, IsoText, json, problem, problems } from "@permanence/people";
import { type Examination, examineProof } from "./proof-check.ts";
import type { Proof } from "./proof-file.ts";
import { listPublicKeys } from "./proof-key-store.ts";
import { makeProof } from "./proof-store.ts";
import { findingWords, PROOF_LANGUAGES, type ProofLanguage, verdictWords } from "./proof-words.ts";

/** What one request may bring: a ticket with its mails, in base64. The command takes any. */

const Language = z.enum(PROOF_LANGUAGES);
const binary = z.string().openapi({ format: "binary" });

const proofRoute = createRoute({
  ...{ method: "get", path: "/tickets/{id}/proof", tags: ["Proof"] },
  summary: "All that a ticket's clocks are reckoned from, as one signed file",
  request: {
    params: z.object({ id: z.uuid() }),
    query: z.object({ language: Language.optional().openapi({ description: "Of its sentences; the desk's own" }) }),
  },
  responses: {
    200: { description: "The proof file.", content: { "application/json": { schema: z.looseObject({}) } } },
    ...problems(400, 404, 422),
  },
});

const ExaminationView = z
  .object({
    holds: z.boolean(),
    verdict: z.string(),
    findings: z.array(z.object({ code: z.string(), holds: z.boolean(), sentence: z.string() })),
    proof: z
      .object({
        desk: z.string(),
        ticket: z.number(),
        madeAt: IsoText,
        timeZone: z.string(),
        key: z.string(),
        clocks: z.array(z.object({ title: z.string(), outcome: z.string(), sentences: z.array(z.string()) })),
      })
      .nullable(),
  })
  .openapi("ProofExamination");
export type ExaminationView = z.infer<typeof ExaminationView>;

const examineRoute = createRoute({
  ...{ method: "post", path: "/proof-examinations", tags: ["Proof"], security: [] },
  summary: "Whether a proof that this service signed holds, and what it says. Nothing of it is kept",
  request: {
    query: z.object({ language: Language.default("en") }),
    body: { content: { "application/octet-stream": { schema: binary } } },
  },
  responses: { 200: json(ExaminationView, "What was found."), ...problems(400) },
});

export function proofRoutes() {
  const routes = apiRouter();
  routes.openapi(proofRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const desk = await deskOf(c.get("db"), deskId);
    const { language = desk.settings.languages[0]! } = c.req.valid("query");
    const now = c.get("world").clock.now();
    const proof = await c.get("db").transaction(deskId, (tx) => makeProof(tx, desk, id, { now, language }));
    if (proof === null) return problem(c, 404, "Not found", "This desk has no such ticket.");
    if (proof === "too-large")
      return problem(c, 422, "Too large", "The mails of this ticket have more than 150 MB, too much for one file.");
    c.header("content-disposition", `attachment; filename="proof-${id}.json"`);
    return c.body(proof.text, 200, { "content-type": "application/json" }) as never; // The very bytes that are signed.
  });

  routes.openapi(examineRoute, async (c) => {
    const { language } = c.req.valid("query");
    const bytes = Buffer.from(await c.req.arrayBuffer()); // No more than apps/server lets pass.
    const examination = await examineProof(bytes, (proof) => isSignedHere(c.get("db"), proof));
    return c.json(examinationView(examination, language), 200);
  });
  return routes;
}

/** The key is one of the desk that the file names, and that desk is one of this installation. */
async function isSignedHere(db: Db, { body, signature }: Proof): Promise<boolean> {
  const deskId = await lookUp(db, "desk", body.desk.slug);
  if (deskId === null) return false;
  return (await db.transaction(deskId, (tx) => listPublicKeys(tx, deskId))).includes(signature.publicKey);
}

export function examinationView(examination: Examination, language: ProofLanguage): ExaminationView {
  const { holds, proof, findings } = examination;
  return {
    ...{ holds, verdict: verdictWords(examination, language) },
    findings: findings.map((finding) => ({
      code: finding.code,
      holds: finding.holds,
      sentence: findingWords(finding, language),
    })),
    proof: holds ? shown(proof!) : null, // What does not hold says nothing.
  };
}

function shown({ body, signature }: Proof) {
  return {
    ...{ desk: body.desk.name, ticket: body.ticket.number },
    ...{ madeAt: toIso(body.madeAt), timeZone: body.timeZone, key: signature.publicKey },
    clocks: body.clocks.map(({ title, outcome, sentences }) => ({ title, outcome, sentences })),
  };
}
