import type { Context } from "hono";

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
