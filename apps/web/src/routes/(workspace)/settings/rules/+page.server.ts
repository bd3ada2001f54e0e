import { fail } from "@sveltejs/kit";
import type { AssignmentPreview, AssignmentRule, Team, VersionedTag } from "#lib/api/agent-day-types.ts";
import { call, type Answer } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { AgentSummary, Page } from "#lib/api/types.ts";
import { newOrganisations, readRules } from "#lib/agent-day/rule-form.ts";
import { findOrganisation } from "#lib/agent-day/view-form.ts";
import type { Actions, PageServerLoad } from "./$types";

type Rules = { rules: AssignmentRule[] };
type Organisation = { id: string; name: string };

export const load: PageServerLoad = async (event) => {
  const [{ rules }, teams, tags, agents] = await Promise.all([
    need<Rules>(event, "/assignment-rules"),
    need<{ items: Team[] }>(event, "/teams"),
    need<{ items: VersionedTag[] }>(event, "/tags"),
    need<Page<AgentSummary>>(event, "/agents?limit=200"),
  ]);
  const ids = [...new Set(rules.flatMap(({ when }) => when.organisationIds))];
  const organisations = await Promise.all(ids.map((id) => call<Organisation>(event.fetch, `/organisations/${id}`)));
  return {
    ...{ rules, teams: teams.items, tags: tags.items, agents: agents.items },
    organisations: organisations.flatMap((answer) => (answer.ok ? [answer.value] : [])),
  };
};

export const actions: Actions = {
  default: async (event) => {
    const form = await event.request.formData();
    const before = readRules(form); // Of what is refused, all that was typed stays.
    for (const [field, name] of newOrganisations(form)) {
      const found = await findOrganisation(event.fetch, name);
      if (!found.ok) return refused(found, before);
      if (found.value !== null) form.append(field, found.value);
    }
    const rules = readRules(form);
    if (form.get("do") === "preview") {
      const preview = await call<AssignmentPreview>(event.fetch, "/assignment-rules/previews", {
        ...{ method: "POST", body: { rules } },
      });
      return preview.ok ? { rules, preview: preview.value } : refused(preview, rules);
    }
    const saved = await call<Rules>(event.fetch, "/assignment-rules", { method: "PUT", body: { rules } });
    return saved.ok ? { rules, isSaved: true } : refused(saved, rules);
  },
};

function refused(answer: Extract<Answer<unknown>, { ok: false }>, rules: AssignmentRule[]) {
  return fail(answer.problem.status || 503, { problem: answer.problem, rules });
}
