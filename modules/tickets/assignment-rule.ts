import { z } from "@hono/zod-openapi";
import { PRIORITIES, type Priority } from "./ticket-tables.ts";

const some = <T extends z.ZodType>(item: T) => z.array(item).max(50, "must be at most 50").default([]);

/** One rule. All of its conditions must hold; of a list, one is enough; an empty list asks nothing. */
export const assignmentRuleSchema = z
  .strictObject({
    name: z.string().trim().min(1, "must not be empty").max(100, "must be at most 100 characters"),
    on: z.boolean().default(true),
    when: z.strictObject({
      priorities: some(z.enum(PRIORITIES)),
      languages: some(z.string().min(2).max(20)),
      organisationIds: some(z.uuid()),
      tagIds: some(z.uuid()).openapi({ description: "Given by a rule before it" }),
      mailboxes: some(z.string().max(320)),
      signs: some(z.string().max(100)).openapi({
        description: "What the triage found in the words, by its rules; or an answer on the form, such as kind:wish",
      }),
    }),
    give: z
      .strictObject({
        tagIds: some(z.uuid()),
        teamId: z.uuid().nullable().default(null),
        agentId: z.uuid().nullable().default(null),
        leastLoaded: z
          .boolean()
          .default(false)
          .openapi({ description: "To whoever of the team speaks the customer's language and has the fewest tickets" }),
      })
      .refine(({ tagIds, teamId, agentId }) => tagIds.length > 0 || teamId !== null || agentId !== null, {
        error: "must name a team, an agent or a tag",
      })
      .refine(({ leastLoaded, teamId, agentId }) => !leastLoaded || (teamId !== null && agentId === null), {
        error: "must name a team, and no agent, where the least loaded of it is meant",
      }),
  })
  .openapi("AssignmentRule");
export type AssignmentRule = z.infer<typeof assignmentRuleSchema>;

export const MOST_RULES = 100;

/** What rules look at. `tagIds` and those of rules are ids of today, not of tags that were merged away. */
export type RuleFacts = {
  priority: Priority;
  language: string;
  organisationId: string | null;
  tagIds: readonly string[];
  /** The desk's address that the mail came to, in lower case. */
  mailbox: string;
  signs: readonly string[];
};

/** What the rules do with a ticket: the tags that it gets, and the rule that says whose it is, null where none does. */
export type RuleOutcome = { tagIds: string[]; assigning: AssignmentRule | null; rules: AssignmentRule[] };

/** Runs the rules in their order: each that holds gives its tags, which later ones see; the first that names a team or an
 *  agent is the last. Pure. */
export function runRules(rules: readonly AssignmentRule[], facts: RuleFacts): RuleOutcome {
  const tagIds = new Set(facts.tagIds);
  const ran: AssignmentRule[] = [];
  for (const rule of rules) {
    if (!rule.on || !holds(rule.when, { ...facts, tagIds: [...tagIds] })) continue;
    ran.push(rule);
    for (const id of rule.give.tagIds) tagIds.add(id);
    if (rule.give.teamId !== null || rule.give.agentId !== null)
      return { tagIds: [...tagIds], assigning: rule, rules: ran };
  }
  return { tagIds: [...tagIds], assigning: null, rules: ran };
}

function holds(when: AssignmentRule["when"], facts: RuleFacts): boolean {
  const isOneOf = (wanted: readonly string[], value: string | null) =>
    wanted.length === 0 || (value !== null && wanted.includes(value));
  const meets = (wanted: readonly string[], values: readonly string[]) =>
    wanted.length === 0 || wanted.some((each) => values.includes(each));
  return (
    isOneOf(when.priorities, facts.priority) &&
    isOneOf(when.languages, facts.language) &&
    isOneOf(when.organisationIds, facts.organisationId) &&
    meets(when.tagIds, facts.tagIds) &&
    isOneOf(
      when.mailboxes.map((mailbox) => mailbox.toLowerCase()),
      facts.mailbox,
    ) &&
    meets(when.signs, facts.signs)
  );
}

/** Somebody to whom a ticket could go, and how many they have. */
export type Candidate = { id: string; name: string; languages: readonly string[]; load: number };

/** Who speaks the language and has the fewest tickets; of several, always the same one. Null where nobody speaks it. */
export function leastLoaded(candidates: readonly Candidate[], language: string): Candidate | null {
  const speakers = candidates.filter(({ languages }) => languages.includes(language));
  return speakers.toSorted((a, b) => a.load - b.load || (a.id < b.id ? -1 : 1))[0] ?? null;
}
