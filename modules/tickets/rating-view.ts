import { z } from "@hono/zod-openapi";

/** What a customer can say of how their ticket was handled. Two answers, since more say no more: what they mean by one
 *  differs from person to person, and their words tell the rest. */
export const RATINGS = ["good", "bad"] as const;
export type Rating = (typeof RATINGS)[number];

export const RatingView = z
  .object({
    standing: z.enum(["open", "given", "expired"]).openapi({
      description: "expired: reopened since, or closed for more than 30 days",
    }),
    rating: z.enum(RATINGS).nullable(),
  })
  .openapi("Rating");
export type RatingStanding = z.infer<typeof RatingView>;

export const NewRating = z.strictObject({ rating: z.enum(RATINGS), text: z.string().trim().max(2_000).default("") });
