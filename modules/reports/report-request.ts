import { z } from "@hono/zod-openapi";
import { type Db, type DeskId } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { deskOf } from "@permanence/people";
import type { ClockChoice } from "./clock-columns.ts";
import type { Period } from "./report-period.ts";

const Day = z
  .string()
  .refine(isDay, "must be a day such as 2026-12-24")
  .openapi({ format: "date", example: "2026-12-24" });

/** No organisation at all. */
const NOBODY = "none";

/** What every report is asked for with. */
export const ReportQuery = z
  .object({
    target: z
      .string()
      .regex(/^[a-z-]{1,40}$/, "must be the name of a target, such as response")
      .default("response"),
    from: Day.optional().openapi({
      description: "The first day; the first of the month eleven months ago if left out.",
    }),
    to: Day.optional().openapi({ description: "The last day; today if left out." }),
    priority: z.enum(["urgent", "high", "normal", "low"]).optional(),
    organisation: z
      .union([z.uuid(), z.literal(NOBODY)])
      .optional()
      .openapi({ description: `An organisation's id, or "${NOBODY}" for people who belong to none.` }),
  })
  .refine(({ from, to }) => !from || !to || from <= to, { path: ["to"], message: "must not lie before the first day" })
  .refine(({ from, to }) => yearsOf(from, to) <= MOST_YEARS, {
    path: ["from"],
    message: "must lie at most ten years before the last day",
  });
export type ReportQuery = z.output<typeof ReportQuery>;

const MOST_YEARS = 10;

export type Asked = { choice: ClockChoice; period: Period; asOf: Instant };

/** What is asked for, in the desk's own days. */
export async function readQuestion(db: Db, deskId: DeskId, query: ReportQuery, asOf: Instant): Promise<Asked> {
  const { settings } = await deskOf(db, deskId);
  const { timeZone } = settings;
  const today = Temporal.Instant.fromEpochMilliseconds(asOf).toZonedDateTimeISO(timeZone).toPlainDate();
  const to = query.to === undefined ? today : Temporal.PlainDate.from(query.to);
  const from =
    query.from === undefined ? to.with({ day: 1 }).subtract({ months: 11 }) : Temporal.PlainDate.from(query.from);
  return { choice: choiceOf(query), period: { from, to, timeZone }, asOf };
}

function choiceOf({ target, priority, organisation }: ReportQuery): ClockChoice {
  const organisationId = organisation === NOBODY ? null : organisation;
  return { target, priority, organisationId };
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text).toString() === text;
  } catch {
    return false; // The thirty-first of a month that has thirty.
  }
}

function yearsOf(from: string | undefined, to: string | undefined): number {
  if (from === undefined || to === undefined || !isDay(from) || !isDay(to)) return 0;
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: "years" }).years;
}
