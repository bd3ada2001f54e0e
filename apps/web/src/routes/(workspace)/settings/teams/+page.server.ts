import { fail } from "@sveltejs/kit";
import type { Spoken, Team } from "#lib/api/agent-day-types.ts";
import { call, type Answer } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { AgentSummary, Page } from "#lib/api/types.ts";
import { versionHeader } from "#lib/agent-day/settings-form.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  const [teams, agents, spoken] = await Promise.all([
    need<{ items: Team[] }>(event, "/teams"),
    need<Page<AgentSummary>>(event, "/agents?limit=200"),
    need<{ items: Spoken[] }>(event, "/teams/languages"),
  ]);
  const languages = Object.fromEntries(spoken.items.map(({ agentId, languages: known }) => [agentId, known]));
  return { teams: teams.items, agents: agents.items, languages };
};

export const actions: Actions = {
  add: async (event) => {
    const form = await event.request.formData();
    return told(await call(event.fetch, "/team-settings", { method: "POST", body: teamOf(form) }));
  },
  change: async (event) => {
    const form = await event.request.formData();
    const request = { method: "PUT", body: teamOf(form), headers: versionHeader(form) };
    return told(await call(event.fetch, `/team-settings/${idOf(form)}`, request));
  },
  end: async (event) => {
    const form = await event.request.formData();
    return told(await call(event.fetch, `/team-settings/${idOf(form)}`, { method: "DELETE" }));
  },
  speak: async (event) => {
    const form = await event.request.formData();
    const body = { languages: form.getAll("language").map(String) };
    return told(await call(event.fetch, `/team-settings/languages/${idOf(form)}`, { method: "PUT", body }));
  },
};

const idOf = (form: FormData) => encodeURIComponent(String(form.get("id") ?? ""));

function teamOf(form: FormData) {
  return { name: String(form.get("name") ?? ""), memberIds: form.getAll("member").map(String) };
}

function told(answer: Answer<unknown>) {
  return answer.ok ? { isSaved: true } : fail(answer.problem.status || 503, { problem: answer.problem });
}
