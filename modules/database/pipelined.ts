import type { Tx } from "./tables.ts";

// Statements travel in the order in which they were issued, one behind the other, and the server answers in that
// order. So what a later statement does not need an answer to need not be waited for: a transaction of 15 statements
// that waits five times wakes both sides five times instead of 15, which is most of what a small statement costs.

const issued = new WeakMap<Tx, Promise<unknown>[]>();

/** Lets a statement be on its way without waiting for its answer. The transaction commits only once it was answered
 *  well; where it failed, the whole transaction fails with its error. */
export function later(tx: Tx, statement: Promise<unknown>): void {
  statement.catch(() => {}); // Told by `settle`.
  const statements = issued.get(tx);
  if (statements) statements.push(statement);
  else issued.set(tx, [statement]);
}

/** Runs the work of a transaction, and waits for all that it issued. Throws the error that came first: those after
 *  it only say that the transaction had failed already. */
export async function settle<T>(tx: Tx, work: () => T | Promise<T>): Promise<T> {
  const worked = (async () => work())();
  const [result] = await Promise.allSettled([worked]);
  const others = await Promise.allSettled(issued.get(tx) ?? []);
  const errors = [...others, result].flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
  if (errors.length === 0) return worked;
  throw errors.find((error) => !isAftermath(error)) ?? errors[0];
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const AFTERMATH = new Set([
  "25P02", // in_failed_sql_transaction
  "26000", // invalid_sql_statement_name: it was to be prepared by a statement on the way that failed.
]);

function isAftermath(error: unknown): boolean {
  return AFTERMATH.has((error as { code?: string } | null)?.code ?? "");
}
