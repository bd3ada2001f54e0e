import { fail } from "@sveltejs/kit";
import type { Team, TicketView, VersionedTag } from "#lib/api/agent-day-types.ts";
import { call, type Answer } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { AgentSummary, Page } from "#lib/api/types.ts";
import { versionHeader } from "#lib/agent-day/settings-form.ts";
import { findOrganisation, readView } from "#lib/agent-day/view-form.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

type Organisation = { id: string; name: string };

export const load: PageServerLoad = async (event) => {
  event.depends("app:views");
  const [views, teams, tags, agents] = await Promise.all([
    need<{ items: TicketView[] }>(event, "/ticket-views"),
    need<{ items: Team[] }>(event, "/teams"),
    need<{ items: VersionedTag[] }>(event, "/tags"),
    need<Page<AgentSummary>>(event, "/agents?limit=200"),
  ]);
  const own = views.items.filter(({ kind }) => kind !== "built-in");
  const ids = [...new Set(own.flatMap(({ filter }) => filter.organisationId ?? []))];
  const organisations = await Promise.all(ids.map((id) => call<Organisation>(event.fetch, `/organisations/${id}`)));
  const named = organisations.flatMap((answer) => (answer.ok ? [[answer.value.id, answer.value.name] as const] : []));
  return {
    ...{ views: own, teams: teams.items, tags: tags.items, agents: agents.items },
    organisations: Object.fromEntries(named),
  };
};

export const actions: Actions = {
  add: (event) => write(event, "POST"),
  change: (event) => write(event, "PUT"),
  remove: async (event) => {
    const form = await event.request.formData();
    return told(await call(event.fetch, addressOf(form), { method: "DELETE" }));
  },
};

async function write(event: RequestEvent, method: "POST" | "PUT") {
  const form = await event.request.formData();
  const found = await findOrganisation(event.fetch, String(form.get("organisation") ?? ""));
  if (!found.ok) return told(found);
  const body = { name: String(form.get("name") ?? ""), filter: readView(form, found.value) };
  return told(await call(event.fetch, addressOf(form), { method, body, headers: versionHeader(form) }));
}

/** A shared view stands at another address than one's own: other people may change it. */
function addressOf(form: FormData): string {
  const id = String(form.get("id") ?? "");
  const place = form.has("shared") ? "/shared-ticket-views" : "/ticket-views";
  return id === "" ? place : `${place}/${encodeURIComponent(id)}`;
}

function told(answer: Answer<unknown>) {
  return answer.ok ? { isSaved: true } : fail(answer.problem.status || 503, { problem: answer.problem });
}
