import { z } from "@hono/zod-openapi";
import { type Instant, instant } from "@permanence/kernel";
import { type ApiContext, problem } from "@permanence/people";

// What the routes of inbound and of outgoing mail share.

export const MailId = z.object({ id: z.uuid() });

/** What a list of mails is sorted by, newest first. */
export const mailKey = z.object({
  at: z
    .number()
    .int()
    .transform((ms): Instant => instant(ms)),
  id: z.uuid(),
});

export const rawResponse = {
  description: "The mail, byte for byte.",
  content: { "message/rfc822": { schema: z.string().openapi({ format: "binary" }) } },
};

/** A mail as a file to keep: no browser shows it, or guesses what else it could be. */
export function sendRawMail(c: ApiContext, id: string, bytes: Buffer) {
  return c.body(new Uint8Array(bytes), 200, {
    "content-type": "message/rfc822",
    "content-disposition": `attachment; filename="${id}.eml"`,
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store",
  });
}

export function noSuchMail(c: ApiContext) {
  return problem(c, 404, "Not found", "This desk has no such mail.");
}
