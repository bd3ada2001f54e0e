import { z } from "@hono/zod-openapi";
import { toIso } from "@permanence/kernel";
import type { AttainmentReport } from "./attainment-report.ts";

const Iso = z.string().openapi({ format: "date-time" });
const Named = z.object({ id: z.string(), name: z.string() });
const Count = z.int();
const Ms = z.int().nullable().openapi({ description: "Milliseconds; null where none has stopped." });

const FiguresView = z
  .object({
    tickets: Count,
    met: Count,
    breached: Count,
    raised: Count.openapi({ description: "Late only because the priority was raised too late for it; in no share." }),
    pending: Count,
    running: Count,
    void: Count,
    proven: Count.openapi({ description: "Received, by proof." }),
    presumed: Count.openapi({ description: "Received, since no failure came back." }),
    attainment: z.number().nullable().openapi({ description: "Met, of those met or breached: 0 to 1." }),
    spread: z.object({
      count: Count,
      p50Ms: Ms,
      p90Ms: Ms,
      worstMs: Ms,
      steps: z.array(z.object({ upToMs: z.int().nullable(), count: Count })),
    }),
  })
  .openapi("Figures");

export const AttainmentView = z
  .object({
    target: z.string(),
    from: z.string(),
    to: z.string(),
    timeZone: z.string(),
    asOf: Iso,
    total: FiguresView,
    months: z.array(z.object({ month: z.string(), figures: FiguresView })),
    priorities: z.array(z.object({ priority: z.string(), figures: FiguresView })),
    organisations: z.array(z.object({ organisation: Named.nullable(), figures: FiguresView })),
    hours: z.array(z.object({ tickets: Count, late: Count })).openapi({
      description: "The 168 hours of the week, from Monday midnight on, by the desk's wall clock.",
    }),
  })
  .openapi("AttainmentReport");

export function attainmentView(report: AttainmentReport): z.infer<typeof AttainmentView> {
  const { choice, period, asOf, ...sums } = report;
  return {
    target: choice.target,
    from: period.from.toString(),
    to: period.to.toString(),
    timeZone: period.timeZone,
    asOf: toIso(asOf),
    ...sums,
  };
}
