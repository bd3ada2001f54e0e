import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Db, DeskId } from "@permanence/database";
import type { Instant, World } from "@permanence/kernel";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ZodError, ZodType } from "zod";
import type { Agent } from "./agent-store.ts";
import { EtagHeader } from "./api-etag.ts";
import { findUnkeepable } from "./api-text.ts";
import type { Customer } from "./customer-sign-in.ts";

// What the HTTP routes of every module share. The document of the API comes from the same schemas.

/** Who asks: set for every request but the few that need no sign-in. */
export type Session = {
  deskId: DeskId;
  agent: Agent;
  credentialHash: Buffer;
  /** A browser's session, or an API token. */
  kind: "session" | "api";
  isReadOnly: boolean;
  begunAt: Instant;
};

/** `session` is there for agents' routes, `customer` for those of customers, under /my. */
export type ApiEnv = { Variables: { db: Db; world: World; session: Session; customer: Customer } };

export type ApiContext = Context<ApiEnv>;

/** A module's routes. What their schemas refuse is answered as a problem that lists the places. */
export function apiRouter(): OpenAPIHono<ApiEnv> {
  const router = new OpenAPIHono<ApiEnv>({
    defaultHook: (result, c) =>
      result.success ? refuseUnkeepable(c, result.target, result.data) : invalid(c, result.target, result.error),
  });
  router.onError((error, c) => {
    if (!(error instanceof HTTPException)) throw error;
    const form =
      error.status === 415 ? "Send JSON, with the header Content-Type: application/json." : "Send valid JSON.";
    return problem(c, error.status, error.message, `The request could not be read. ${form}`);
  });
  return router;
}

/** RFC 9457. "about:blank" (the default type) says that the status code is all there is to tell programs apart by. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    errors: z.array(z.object({ place: z.string(), detail: z.string() })).optional(),
  })
  .openapi("Problem");
export type Problem = z.infer<typeof Problem>;

/** @param title the same for each occurrence; @param detail a sentence for people: what happened, what to do. */
export function problem<S extends ContentfulStatusCode>(
  c: Context,
  status: S,
  title: string,
  detail: string,
  errors?: Problem["errors"],
) {
  const body: Problem = { type: "about:blank", title, status, detail, ...(errors && { errors }) };
  return c.json(body, status, { "content-type": "application/problem+json" });
}

function invalid(c: Context, target: string, error: ZodError) {
  // An id that cannot exist names nothing that does.
  if (target === "param") return problem(c, 404, "Not found", "There is nothing at this address.");
  const places = error.issues.map(({ path, message }) => ({ place: [target, ...path].join("."), detail: message }));
  const [first] = places;
  return problem(c, 400, "Bad request", `${first?.place}: ${first?.detail}`, places);
}

/** Every text that comes in by the API passes here. */
function refuseUnkeepable(c: Context, target: string, data: unknown) {
  const path = findUnkeepable(data);
  if (path === null) return undefined;
  if (target === "param") return problem(c, 404, "Not found", "There is nothing at this address.");
  const place = [target, ...path].join(".");
  const detail = "holds a NUL character or half of a surrogate pair, which no text can be kept with";
  const errors = [{ place, detail }];
  return problem(c, 422, "Text that cannot be kept", `${place} ${detail}. Nothing was saved.`, errors);
}

/** The problems that a route may answer, for its document: `responses: { 200: …, ...problems(404, 409) }`. */
export function problems<S extends ContentfulStatusCode>(...statuses: S[]) {
  const response = { description: "What went wrong.", content: { "application/problem+json": { schema: Problem } } };
  return Object.fromEntries(statuses.map((status) => [status, response])) as { [K in S]: typeof response };
}

/** A JSON body that must be there. */
export function jsonBody<T extends ZodType>(schema: T) {
  return { required: true, content: { "application/json": { schema } } } as const;
}

/** A JSON answer. */
export function json<T extends ZodType>(schema: T, description: string) {
  return { description, content: { "application/json": { schema } } } as const;
}

/** A JSON answer that comes with the version of what it shows. */
export function versionedJson<T extends ZodType>(schema: T, description: string) {
  return { ...json(schema, description), headers: EtagHeader } as const;
}

/** An instant as the API writes it. */
export const IsoText = z.string().openapi({ format: "date-time", example: "2026-12-24T16:30:00.000Z" });
