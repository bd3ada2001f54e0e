// https://www.postgresql.org/docs/current/errcodes-appendix.html
const TEMPORARY_STATES = new Set([
  "40001", // serialization_failure
  "40P01", // deadlock_detected
  "55P03", // lock_not_available
  "0A000", // feature_not_supported: a cached plan whose table a newer program has changed; the next connection has none.
  "25006", // read_only_sql_transaction: the primary has become a standby
  "57014", // query_canceled: the operator's own limit
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now: starting, recovering or stopping
  "57P05", // idle_session_timeout
  "58030", // io_error
  "25P03", // idle_in_transaction_session_timeout
]);
const TEMPORARY_CLASSES = new Set([
  "08", // connection exceptions
  "53", // insufficient resources: disk full, out of memory, too many connections
]);
const NETWORK_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "ENOENT", // The socket of a server that is not running.
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EAI_AGAIN",
]);
// What the driver says without a code.
const DRIVER_SENTENCES =
  /connection terminated|timeout exceeded when trying to connect|not queryable|client was closed|after calling end on the pool|connection has been discarded|driver has already been destroyed/i;

/** Whether the same work may well succeed later: connection lost, server stopping or starting, too many
 *  connections, disk full, serialization, deadlock. Answer 451 or 503, and let the peer try again. */
export function isTemporaryFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string") {
    if (TEMPORARY_STATES.has(code) || NETWORK_CODES.has(code)) return true;
    if (code.length === 5 && TEMPORARY_CLASSES.has(code.slice(0, 2))) return true;
  }
  if (DRIVER_SENTENCES.test(error.message)) return true;
  if (error instanceof AggregateError) return error.errors.some(isTemporaryFailure);
  return isTemporaryFailure(error.cause);
}

/** Whether the work collided with another transaction: run at once again, it should pass. */
export function isCollision(error: unknown): boolean {
  const code = error instanceof Error && (error as { code?: unknown }).code;
  return code === "40001" || code === "40P01";
}
