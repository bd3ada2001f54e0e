import { error, fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { Person, Rota } from "#lib/api/duty-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { Page } from "#lib/api/types.ts";
import { rotaFromForm } from "#lib/duty/rota-form.ts";
import type { Actions, PageServerLoad } from "./$types";

/** The name of a rota that is being made. */
const NEW = "new";

export const load: PageServerLoad = async (event) => {
  const [rotas, agents, calendars] = await Promise.all([
    need<{ items: Rota[] }>(event, "/rotas"),
    need<Page<Person>>(event, "/agents?limit=200"),
    need<{ items: { name: string }[] }>(event, "/calendars"),
  ]);
  const rota = rotas.items.find(({ name }) => name === event.params.name) ?? null;
  if (rota === null && event.params.name !== NEW) error(404, "This desk has no such rota.");
  return { rota, agents: agents.items, calendars: ["always", ...calendars.items.map(({ name }) => name)] };
};

export const actions: Actions = {
  save: async (event) => {
    const form = await event.request.formData();
    const agents = await need<Page<Person>>(event, "/agents?limit=200");
    const read = rotaFromForm(form, agents.items);
    const typed = Object.fromEntries([...new Set(form.keys())].map((name) => [name, form.getAll(name).map(String)]));
    if ("unknown" in read) return fail(422, { typed, unknown: read.unknown, problem: null });
    const name = event.params.name === NEW ? String(form.get("name") ?? "").trim() : event.params.name;
    const version = String(form.get("version") ?? "");
    const headers: Record<string, string> = version === "" ? {} : { "if-match": `"${version}"` };
    const path = `/rotas/${encodeURIComponent(name)}`;
    const saved = await call(event.fetch, path, { method: "PUT", body: read.document, headers });
    if (!saved.ok) return fail(saved.problem.status || 503, { typed, unknown: null, problem: saved.problem });
    redirect(303, "/duty");
  },
  remove: async (event) => {
    const path = `/rotas/${encodeURIComponent(event.params.name)}`;
    const removed = await call(event.fetch, path, { method: "DELETE" });
    if (!removed.ok) return fail(removed.problem.status || 503, { typed: {}, unknown: null, problem: removed.problem });
    redirect(303, "/duty");
  },
};
