import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiEnv } from "@permanence/people";

const DOCUMENT = {
  openapi: "3.1.0",
  info: {
    title: "Permanence",
    version: "1",
    description:
      "Everything that the pages can do. Sign in with `Authorization: Bearer <token>`; `permanence agent add --token` " +
      "gives one. What a token may do depends on its agent's role. Texts may hold any character but NUL.",
  },
  servers: [{ url: "/" }],
  security: [{ token: [] }],
};

type Document = ReturnType<OpenAPIHono<ApiEnv>["getOpenAPI31Document"]>;
type Operation = {
  parameters?: { in: string }[];
  requestBody?: unknown;
  security?: unknown[];
  responses: Record<string, unknown>;
};

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

/** The API's document: what the routes say of themselves, and what each may answer besides because of what it takes. */
export function describeApi(api: OpenAPIHono<ApiEnv>): Document {
  const document = api.getOpenAPI31Document(DOCUMENT);
  for (const path of Object.values(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = path[method] as Operation | undefined;
      if (operation) operation.responses = { ...commonProblems(operation), ...operation.responses };
    }
  }
  return document;
}

function commonProblems({ parameters = [], requestBody, security }: Operation): Record<string, unknown> {
  const hasBody = requestBody !== undefined;
  const takes = (place: string) => parameters.some((parameter) => parameter.in === place);
  const isPublic = security?.length === 0;
  const texts = hasBody || takes("query") || takes("header");
  return {
    ...(texts && { 400: problemOf("The request does not have the form that is described here.") }),
    ...(!isPublic && { 401: problemOf("Nobody is signed in, or the token is no longer good.") }),
    ...((!isPublic || hasBody) && {
      403: problemOf("The agent's role does not allow it, or another site's page asks."),
    }),
    ...(takes("path") && { 404: problemOf("There is nothing at this address.") }),
    ...(hasBody && { 413: problemOf("The body is longer than any of its kind.") }),
    ...(hasBody && { 415: problemOf("The body is no JSON by its Content-Type.") }),
    ...(texts && { 422: problemOf("A text holds NUL or half of a surrogate pair, or what is asked cannot be done.") }),
    500: problemOf("A fault of ours, which is on record."),
    503: problemOf("The database is out of reach for a moment: try again (Retry-After)."),
  };
}

function problemOf(description: string) {
  return { description, content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } };
}
