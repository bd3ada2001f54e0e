/** For our own mistakes only: what an outsider can cause is answered, not asserted. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${message}`);
}

/** The compiler proves that a switch is complete; this line proves it again at run time. */
export function assertNever(value: never): never {
  throw new Error(`Assertion failed: unexpected value ${JSON.stringify(value)}`);
}
