import type { ViewFilter } from "#lib/api/agent-day-types.ts";
import { call, query, type Answer } from "#lib/api/call.ts";
import type { Page } from "#lib/api/types.ts";

/** What the form of a view asks for. The API says what of it cannot be. */
export function readView(form: FormData, organisationId: string | null): ViewFilter {
  const all = (name: string) => form.getAll(name).map(String);
  return {
    states: all("state") as ViewFilter["states"],
    closed: form.has("closed"),
    priorities: all("priority") as ViewFilter["priorities"],
    teams: all("team"),
    assignee: String(form.get("assignee") ?? "") || null,
    tags: all("tag"),
    languages: all("language"),
    organisationId,
    snoozed: String(form.get("snoozed") ?? "hidden") as ViewFilter["snoozed"],
    breached: form.has("breached"),
  };
}

/** The organisation of this name; null where none was named. */
export async function findOrganisation(fetch: typeof globalThis.fetch, name: string): Promise<Answer<string | null>> {
  const wanted = name.trim();
  if (wanted === "") return { ok: true, value: null };
  const found = await call<Page<{ id: string; name: string }>>(
    fetch,
    `/organisations${query({ q: wanted, limit: 200 })}`,
  );
  if (!found.ok) return found;
  const organisation = found.value.items.find((each) => each.name.toLowerCase() === wanted.toLowerCase());
  if (organisation) return { ok: true, value: organisation.id };
  const detail = "This desk has no such organisation. Nothing was saved.";
  return { ok: false, problem: { status: 422, title: "No such organisation", detail } };
}
