import type { z } from "zod";

/** Answers one case; throws a `CaseMistake` whose message says what is wrong with it. */
export type Answering = (json: unknown) => object;

export class CaseMistake extends Error {}

/** What a line holds; throws a `CaseMistake` that names the place where it is not as `schema` says. */
export function readCase<T>(schema: z.ZodType<T>, json: unknown): T {
  if (json === null || typeof json !== "object" || Array.isArray(json))
    throw new CaseMistake("A case must be a JSON object.");
  const result = schema.safeParse(json, { error: (issue) => (issue.input === undefined ? "is missing" : undefined) });
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues as [z.core.$ZodIssue];
  throw new CaseMistake(path.length === 0 ? `The case ${message}.` : `${placeOf(path)}: ${message}.`);
}

function placeOf(path: PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${String(part)}`))
    .join("");
}
