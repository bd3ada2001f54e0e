import type { AssignmentRule } from "#lib/api/agent-day-types.ts";

/** The rules of a form, each under its number, in the order that was asked for. One without a name is left out: it is how
 *  a rule is removed, and the empty one at the end. */
export function readRules(form: FormData): AssignmentRule[] {
  const count = Number(form.get("count") ?? 0);
  const rules = Array.from({ length: count }, (_, index) => ({
    rule: readRule(form, index),
    order: Number(form.get(`${index}-order`) ?? index) || 0,
  }));
  return rules
    .filter(({ rule }) => rule.name !== "")
    .toSorted((a, b) => a.order - b.order)
    .map(({ rule }) => rule);
}

function readRule(form: FormData, index: number): AssignmentRule {
  const text = (name: string) => String(form.get(`${index}-${name}`) ?? "").trim();
  const all = (name: string) => form.getAll(`${index}-${name}`).map(String);
  return {
    name: text("name"),
    on: form.has(`${index}-on`),
    when: {
      priorities: all("priority") as AssignmentRule["when"]["priorities"],
      languages: all("language"),
      organisationIds: all("organisation-id"),
      tagIds: all("tag"),
      mailboxes: all("mailbox"),
      signs: text("signs")
        .split(",")
        .map((sign) => sign.trim())
        .filter((sign) => sign !== ""),
    },
    give: {
      tagIds: all("give-tag"),
      teamId: text("give-team") || null,
      agentId: text("give-agent") || null,
      leastLoaded: form.has(`${index}-least`),
    },
  };
}

/** The organisations that are named anew, by the rule's place. */
export function newOrganisations(form: FormData): [field: string, name: string][] {
  return [...form]
    .filter(([name, value]) => /^\d+-organisation$/.test(name) && String(value).trim() !== "")
    .map(([name, value]) => [`${name}-id`, String(value).trim()]);
}
