import { type RawBuilder, sql, type SqlBool } from "kysely";
import { z } from "zod";

// Lists sorted by name, and by id where names are the same.

/** Where a page begins: behind this row. */
export const nameKey = z.object({ name: z.string(), id: z.uuid() });

export type NamePage = { after?: z.infer<typeof nameKey> | undefined; limit: number };

export function laterInName(idColumn: string, { name, id }: z.infer<typeof nameKey>): RawBuilder<SqlBool> {
  return sql<SqlBool>`(name, ${sql.ref(idColumn)}) > (${name}, ${id})`;
}

/** Whether a text column holds `words`, in any case of letters. Not by `like`: people write % and _ too. */
export function holds(column: string, words: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`strpos(lower(${sql.ref(column)}), lower(${words})) > 0`;
}
