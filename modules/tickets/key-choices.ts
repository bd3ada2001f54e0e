import { z } from "@hono/zod-openapi";

/** What single keys do, by the key that is usual for it. */
const USUAL_KEYS = ["j", "k", "o", "/", "l", "c", "r", "n", "p", "y", "a", "t", "e", "x", "u", "s", "?"] as const;
type UsualKey = (typeof USUAL_KEYS)[number];

const Key = z.string().regex(/^[!-~]$/, "must be one character that a keyboard has");

/** An agent's own: a key that is named stands in place of the usual one. No key may do two things. */
export const keyChoicesSchema = z
  .strictObject({ enabled: z.boolean().default(true), keys: z.partialRecord(z.enum(USUAL_KEYS), Key).default({}) })
  .refine(({ keys }) => new Set(allKeys(keys)).size === USUAL_KEYS.length, {
    error: "must not give one key two things to do",
    path: ["keys"],
  })
  .openapi("KeyChoices");
export type KeyChoices = z.infer<typeof keyChoicesSchema>;

function allKeys(keys: Partial<Record<UsualKey, string>>): string[] {
  return USUAL_KEYS.map((usual) => keys[usual] ?? usual);
}

/** What was stored, as it is meant: on, and the usual keys, where nothing was chosen. */
export function keysOf(stored: { enabled?: boolean; keys?: Record<string, string> }): KeyChoices {
  const read = keyChoicesSchema.safeParse(stored);
  return read.success ? read.data : { enabled: stored.enabled ?? true, keys: {} }; // An older program had other keys.
}
