import { z } from "@hono/zod-openapi";
import type { StoredClock } from "@permanence/sla";
import type { NoticeWay } from "./ticket-store.ts";

/** The notice in one glance, for a list: the furthest stop that it reached, and whether it failed after that. */
export const NoticeStanding = z.object({
  rung: z.enum(["queued", "handed-over", "presumed", "delivered", "displayed"]),
  failed: z.boolean(),
});
type NoticeStanding = z.infer<typeof NoticeStanding>;

/** What is known of the notice; without one, because no mail can go there, what the clock knows by another way. */
type Known = { [Name in keyof NoticeWay]: NoticeWay[Name] | null } & Pick<StoredClock, "receipt">;

/** Null where there is no notice, and nobody told the customer in another way. Pure. */
export function noticeStanding(known: Known): NoticeStanding | null {
  const { handed_over, delivered, displayed, failed, receipt } = known;
  if (displayed || receipt === "displayed") return { rung: "displayed", failed: failed ?? false };
  if (handed_over === null) return null;
  if (failed) return { rung: handed_over ? "handed-over" : "queued", failed: true };
  if (delivered || receipt === "delivered") return { rung: "delivered", failed: false };
  if (receipt === "presumed") return { rung: "presumed", failed: false };
  return { rung: handed_over ? "handed-over" : "queued", failed: false };
}
