import { type Instant, instant, toIso } from "@permanence/kernel";
import { type Calendar, dueAtWithPauses, elapsedIn, foldResponse, type Pause, WEEKDAYS } from "@permanence/sla";
import { z } from "zod";
import { type Answering, readCase } from "./case-reading.ts";

// One case of a batch, from a line of JSON to its answer. Spans may be empty, inverted or overlap here: they are resolved
// and united, as the clocks of a desk do it; what an operator writes into desk.yaml is refused for that.

const INSTANT = 'must be an instant such as "2026-12-24T16:30:00Z"';
const at = z.string(INSTANT).transform((text, context): Instant => {
  const found = readInstant(text);
  if (found !== null) return found;
  context.addIssue(INSTANT);
  return z.NEVER;
});

function readInstant(text: string): Instant | null {
  try {
    return instant(Temporal.Instant.from(text).epochMilliseconds);
  } catch {
    return null; // No offset, or no such day.
  }
}

const MOST_MS = 8_000 * 365 * 86_400_000; // Up to the year 9999 time is reckoned.
const WHOLE = "must be a whole number of milliseconds";
const duration = z.int(WHOLE).positive(`${WHOLE}, more than 0`).max(MOST_MS, "must be less than 8,000 years");
const waiting = z.int(WHOLE).nonnegative(`${WHOLE}, 0 or more`).max(MOST_MS, "must be less than 8,000 years");

const FROM = 'must be a time of day such as "09:00"';
const UNTIL = 'must be a time of day such as "18:00", or "24:00"';
const span = z.tuple(
  [
    z.string(FROM).regex(/^([01]\d|2[0-3]):[0-5]\d$/, FROM),
    z.string(UNTIL).regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, UNTIL),
  ],
  'must be two times, such as ["09:00", "18:00"]',
);
const day = z.string("must be a day").refine(isHoliday, 'must be a day that exists, such as "2026-12-25"');
const spans = z.array(span, "must be a list of spans");
const weekly = z.strictObject({
  timeZone: z.string("must be a time zone").refine(isTimeZone, 'must be a time zone such as "Europe/Brussels"'),
  week: z.partialRecord(z.enum(WEEKDAYS, `must be one of ${WEEKDAYS.join(", ")}`), spans),
  holidays: z
    .array(
      z.union([day, z.strictObject({ day, name: z.string().optional(), closed: spans.optional() })], "must be a day"),
      "must be a list of days",
    )
    .optional(),
  openings: z
    .array(z.strictObject({ day, name: z.string().optional(), hours: spans }), "must be a list of openings")
    .optional(),
});

function isHoliday(text: string): boolean {
  if (/^easter[+-]\d{1,3}$/.test(text)) return true;
  const whole = /^\d\d-\d\d$/.test(text) ? `2024-${text}` : text;
  try {
    return /^\d{4}-\d\d-\d\d$/.test(whole) && Temporal.PlainDate.from(whole).toString() === whole;
  } catch {
    return false;
  }
}

function isTimeZone(name: string): boolean {
  try {
    void new Temporal.ZonedDateTime(0n, name);
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

const calendar = z.unknown().transform((value, context): Calendar => {
  if (value === "always") return "always";
  const known = keptCalendar(value);
  if (known.success) return known.data;
  for (const { path, message } of known.error.issues) context.addIssue({ code: "custom", path, message });
  return z.NEVER;
});

/** A calendar's spans are kept with the object: lines with the same calendar share one. */
const calendars = new Map<string, ReturnType<typeof weekly.safeParse>>();
const MOST_CALENDARS = 200;

function keptCalendar(value: unknown): ReturnType<typeof weekly.safeParse> {
  const key = JSON.stringify(value) ?? "";
  const kept = calendars.get(key);
  if (kept) return kept;
  if (calendars.size >= MOST_CALENDARS) calendars.clear();
  const read = weekly.safeParse(value, { error: () => 'must be "always", or a time zone with a week' });
  calendars.set(key, read);
  return read;
}

const pauses = z
  .array(z.tuple([at, at.nullable()], "must be two instants"), "must be a list of pauses")
  .transform((list) => list.map(([from, until]): Pause => ({ from, until })))
  .default([]);

const DueCase = z.object({ calendar, startedAt: at, budgetMs: duration, pauses });
const ElapsedCase = z.object({ calendar, startedAt: at, until: at, pauses });

/** `{"dueAt": …}`: null where the calendar is never open long enough. */
export const answerDue: Answering = (json) => {
  const { calendar: of, startedAt, budgetMs, pauses: paused } = readCase(DueCase, json);
  const due = dueAtWithPauses(of, startedAt, budgetMs, paused);
  return { dueAt: due === null ? null : toIso(due) };
};

/** `{"elapsedMs": …}`: 0 where the end is not after the start. */
export const answerElapsed: Answering = (json) => {
  const { calendar: of, startedAt, until, pauses: paused } = readCase(ElapsedCase, json);
  return { elapsedMs: elapsedIn(of, startedAt, until, paused) };
};

const priority = z.enum(["urgent", "high", "normal", "low"], "must be one of urgent, high, normal, low");
const target = z.object({
  targetMs: duration,
  demands: z.enum(["presumed", "delivered", "displayed"], "must be one of presumed, delivered, displayed"),
  waitingMs: waiting,
});
const attempt = z.string("must name an attempt");
const event = z.discriminatedUnion(
  "type",
  [
    z.object({ at, type: z.literal("handed-over"), attempt }),
    z.object({ at, type: z.literal("failed"), attempt }),
    z.object({ at, type: z.literal("delivered"), attempt, dated: at.nullable().default(null) }),
    z.object({ at, type: z.literal("displayed") }),
    z.object({ at, type: z.literal("priority"), to: priority }),
    z.object({ at, type: z.literal("not-a-request") }),
    z.object({ at, type: z.literal("is-a-request") }),
  ],
  "must be a known event: handed-over, failed, delivered, displayed, priority, not-a-request or is-a-request",
);
const FoldCase = z.object({
  receivedAt: at,
  priority,
  policy: z.object({ urgent: target, high: target, normal: target, low: target }),
  events: z.array(event, "must be a list of events"),
  now: at,
});

/** The response clock as far as was known at `now`. */
export const answerFold: Answering = (json) => {
  const { dueAt, stoppedAt, outcome } = foldResponse(readCase(FoldCase, json));
  return { dueAt: toIso(dueAt), stoppedAt: stoppedAt === null ? null : toIso(stoppedAt), outcome };
};
