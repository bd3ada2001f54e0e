import { z } from "@hono/zod-openapi";
import { CHECK_RESULTS, SENDER_PROOFS } from "./authentication.ts";

const Result = z.enum(CHECK_RESULTS);

/** What the API shows of who sent a mail. */
export const AuthenticationView = z
  .object({
    spf: Result,
    dkim: Result,
    dmarc: Result,
    arc: Result,
    policy: z.enum(["none", "quarantine", "reject"]).nullable().openapi({
      description: "What the domain's owner asks to be done with mail that fails; null: not known",
    }),
    by: z.string().openapi({ description: '"ourselves", or the trusted server that checked' }),
    domain: z.string().nullable().openapi({ description: "In whose name the mail is" }),
  })
  .openapi("Authentication", { description: "temperror: the DNS did not answer, so it is not known" });

export const SenderProofView = z.enum(SENDER_PROOFS).openapi({
  description: "Whether it proves to be from where it says. Forged: its domain's DMARC policy says that it is not",
});
