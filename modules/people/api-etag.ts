import { z } from "@hono/zod-openapi";
import type { Context } from "hono";

export const EtagHeader = z.object({
  etag: z.string().openapi({ description: "The version, for If-Match of a change", example: '"3"' }),
});

/** The header of a request that changes something only at the version that its sender saw. */
export const IfMatch = z.object({
  "if-match": z
    .string()
    .max(1_000)
    .optional()
    .openapi({ description: "The ETag that was seen: at another version nothing is changed (412)", example: '"3"' }),
});

/** RFC 9110, section 8.8.3. The version of a row grows with each change of it. */
export function setEtag(c: Context, version: number): void {
  c.header("etag", etagOf(version));
}

/** Whether a change may be made to this version: no If-Match, or one that names it (RFC 9110, section 13.1.1). */
export function ifMatchAllows(c: Context, version: number): boolean {
  const wanted = c.req.header("if-match");
  if (wanted === undefined || wanted.trim() === "*") return true;
  return wanted.split(",").some((tag) => tag.trim() === etagOf(version));
}

function etagOf(version: number): string {
  return `"${version}"`;
}
