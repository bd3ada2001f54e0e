import { z } from "@hono/zod-openapi";
import type { ZodType } from "zod";

const DEFAULT_LIMIT = 50;
const MOST_LIMIT = 200;

/** The query of a list. `key` describes what the list is sorted by, which is what its cursor holds. */
export function pageQuery<K extends ZodType>(key: K) {
  const cursor = z
    .string()
    .transform((text, context): z.output<K> => {
      const read = key.safeParse(decoded(text));
      if (read.success) return read.data;
      context.addIssue("This is no cursor of this list; take the one that its last answer gave as `next`.");
      return z.NEVER;
    })
    .optional()
    .openapi({ type: "string", description: "`next` of the page before" });
  const limit = z.coerce.number().int().min(1).max(MOST_LIMIT).default(DEFAULT_LIMIT);
  return z.object({ limit, cursor });
}

/** Opaque to its reader, and free to change between versions. */
function encoded(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
}

/** What a list answers. */
export function listOf<T extends ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/** One page out of up to `limit` + 1 rows, sorted: the one too many says that there is a next page, and is left out. */
export function pageOf<Row, Item>(rows: Row[], limit: number, show: (row: Row) => Item, keyOf: (row: Row) => unknown) {
  const shown = rows.slice(0, limit);
  const next = rows.length > limit ? encoded(keyOf(shown.at(-1)!)) : null;
  return { items: shown.map(show), next };
}
