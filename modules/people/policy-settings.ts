import { z } from "zod";
import { duration } from "./durations.ts";

// What a desk promises, as desk.yaml and the API write it, and as a version of a policy keeps it.

export const PRIORITIES = ["urgent", "high", "normal", "low"] as const;
export type Priority = (typeof PRIORITIES)[number];

const DEMANDS = ["presumed", "delivered", "displayed"] as const;
const PAUSING = ["waiting", "on-hold"] as const;
const CLOCKS = ["response", "first-reply", "next-reply", "resolution"] as const;

/** Stands for a calendar that never closes. */
export const AROUND_THE_CLOCK = "always";

/** The desk's own policy: of whoever has no contract. */
export const STANDARD_POLICY = "standard";

const text = z.string("must be a text").trim().min(1, "must not be empty").max(100, "must be at most 100 characters");
const calendar = text.default(AROUND_THE_CLOCK);

/** All four priorities: a priority without a promise is refused by name. */
function byPriority<T extends z.ZodType>(target: T) {
  const shape = Object.fromEntries(PRIORITIES.map((priority) => [priority, target])) as Record<Priority, T>;
  return z.strictObject(shape);
}

export const responseTargets = byPriority(
  z.strictObject({
    target: duration,
    demands: z.enum(DEMANDS, `must be one of ${DEMANDS.join(", ")}`),
    waiting: duration,
    calendar: text.optional(), // Plain hours, around the clock, when left out.
  }),
);

const promisedTarget = z.strictObject({
  /** Whether customers are told of it; an internal target is the desk's own business. */
  published: z.boolean("must be true or false").default(false),
  /** The states in which this clock stands still. */
  pauses: z.array(z.enum(PAUSING, `must be one of ${PAUSING.join(", ")}`), "must be a list").default([...PAUSING]),
  by: byPriority(z.strictObject({ target: duration, calendar })),
});

export const promisedTargets = z.strictObject({
  firstReply: promisedTarget.optional(),
  nextReply: promisedTarget.optional(),
  resolution: promisedTarget.optional(),
});

const percent = z.int("must be a whole number of per cent").min(1, "must be at least 1").max(99, "must be at most 99");

export const warningsSchema = z
  .strictObject({
    /** Shares of a target, in per cent, at which the queue shows that it runs out. */
    at: z.array(percent, "must be a list of whole numbers of per cent").max(10).default([50, 80]),
    /** Those at which somebody is told by mail; a breach always is. */
    tell: z.array(percent, "must be a list of whole numbers of per cent").max(10).default([80]),
  })
  .prefault({})
  .superRefine(({ at, tell }, context) => {
    const other = tell.findIndex((share) => !at.includes(share));
    if (other >= 0)
      context.addIssue({ code: "custom", path: ["tell", other], message: "must be one of those under at" });
  });

export const escalationSchema = z
  .array(
    z
      .strictObject({
        target: z.enum(CLOCKS, `must be one of ${CLOCKS.join(", ")}`),
        /** Only for this priority; for all when left out. */
        priority: z.enum(PRIORITIES, `must be one of ${PRIORITIES.join(", ")}`).optional(),
        at: z.union([percent, z.literal("breach")], 'must be per cent such as 80, or "breach"'),
        raise: z.enum(PRIORITIES, `must be one of ${PRIORITIES.join(", ")}`).optional(),
        /** "lead", "nobody", or an agent's mail address. */
        assign: text.optional(),
      })
      .refine(({ raise, assign }) => raise !== undefined || assign !== undefined, "must raise or assign"),
    "must be a list of rules",
  )
  .max(50, "must have 50 rules at most")
  .default([]);

export const policySchema = z.strictObject({
  response: responseTargets,
  targets: promisedTargets.default({}),
  warnings: warningsSchema,
  escalation: escalationSchema,
});

export type PromisedTargetName = keyof z.output<typeof promisedTargets>;
export type EscalationRule = z.output<typeof escalationSchema>[number];

/** Calendars by name, or AROUND_THE_CLOCK; durations in milliseconds. Written back as it is, it means the same. */
export type PolicyDocument = z.output<typeof policySchema>;

/** Each calendar that the policy names, with its place in it. */
export function calendarsIn({ response, targets }: Pick<PolicyDocument, "response" | "targets">) {
  const named: { name: string; path: string[] }[] = [];
  for (const priority of PRIORITIES) {
    const { calendar: name = AROUND_THE_CLOCK } = response[priority];
    named.push({ name, path: ["response", priority, "calendar"] });
  }
  for (const [target, promised] of Object.entries(targets)) {
    if (promised === undefined) continue;
    for (const priority of PRIORITIES)
      named.push({ name: promised.by[priority].calendar, path: ["targets", target, "by", priority, "calendar"] });
  }
  return named.filter(({ name }) => name !== AROUND_THE_CLOCK);
}
