type Path = (string | number)[];

/**
 * Where in what a request brought there is text that cannot be kept; null where there is none. PostgreSQL has no NUL in its
 * texts, and half of a surrogate pair, which JSON can spell, has no UTF-8: either would fail deep inside, as our fault.
 */
export function findUnkeepable(value: unknown, path: Path = []): Path | null {
  if (typeof value === "string") return value.includes("\0") || !value.isWellFormed() ? path : null;
  if (typeof value !== "object" || value === null) return null;
  for (const [key, item] of Object.entries(value)) {
    const found = findUnkeepable(key, path) ?? findUnkeepable(item, [...path, key]);
    if (found !== null) return found;
  }
  return null;
}
