import { storable } from "./mime-text.ts";
import { READ_LIMITS } from "./read-limits.ts";

/** An index of PostgreSQL holds no more than some 2,700 bytes; nobody's program writes ids of 200. */
const LONGEST_ID_BYTES = 998;

/** The ids in a Message-ID, In-Reply-To or References value (RFC 5322, section 3.6.4), without brackets, each once.
 *  Where none is bracketed, words with an "@" are taken, then any word. */
export function readIds(value: string): string[] {
  const bracketed = [...value.matchAll(/<([^<>]{1,998})>/g)].map(([, id]) => id!.replaceAll(/\s+/g, ""));
  const ids = bracketed.length > 0 ? bracketed : looseIds(value);
  const unique = [...new Set(ids.map(storable).filter((id) => id !== "" && Buffer.byteLength(id) <= LONGEST_ID_BYTES))];
  if (unique.length <= READ_LIMITS.references) return unique;
  return [unique[0]!, ...unique.slice(1 - READ_LIMITS.references)];
}

function looseIds(value: string): string[] {
  const words = value.split(/[\s,;<>"]+/).filter((word) => word !== "" && word.length <= 998);
  const withAt = words.filter((word) => word.includes("@"));
  return withAt.length > 0 ? withAt : words.length === 1 ? words : [];
}
