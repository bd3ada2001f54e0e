import { z } from "@hono/zod-openapi";
import { type ApiContext, problem } from "@permanence/people";

// What the routes of customers share.

export const Numbered = z.object({ number: z.coerce.number().int().min(1).max(2_147_483_647) });

export const CustomerLanguage = z
  .enum(["fr", "nl", "en"])
  .optional()
  .openapi({ description: "Of the sentences; the customer's own" });

export type CustomerRefusal = keyof typeof REFUSALS;

const REFUSALS = {
  "not-found": [404, "Not found", "You have no such request here."],
  history: [
    409,
    "Kept as history",
    "This is mail from before our service took over: it can be read only. Nothing was saved; send a new request.",
  ],
  "changed-meanwhile": [
    412,
    "Changed meanwhile",
    "Something was added to this request since you read it. Nothing of yours was saved: read it again, and repeat.",
  ],
  "already-closed": [409, "Already closed", "This request is closed already. Nothing was changed."],
  "not-closed": [409, "Not closed", "This request is not closed, so there is nothing to reopen. Nothing was changed."],
  "closed-too-long": [
    409,
    "Closed for too long",
    "This request is closed for more than 14 days and stays so. Write in it: that opens a new one, linked to it.",
  ],
  "other-message": [
    422,
    "Another message under this key",
    "Another message was sent under this Idempotency-Key. Nothing of this one was saved: take a new key.",
  ],
  "no-such-file": [
    422,
    "A file is missing",
    "One of the files is not here any more. Nothing was sent: hand the file over again.",
  ],
  "not-rated": [409, "Not to be rated", "This request is open, or nobody asks for a rating of it. Nothing was saved."],
  "rated-already": [
    409,
    "Rated already",
    "You have answered this already, once for each closing. Nothing was changed.",
  ],
} as const satisfies Record<string, readonly [404 | 409 | 412 | 422, string, string]>;

export function refuseCustomer<R extends CustomerRefusal>(c: ApiContext, refused: R) {
  const [status, title, detail] = REFUSALS[refused];
  return problem(c, status as (typeof REFUSALS)[R][0], title, detail);
}
