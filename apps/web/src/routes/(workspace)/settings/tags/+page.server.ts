import { fail } from "@sveltejs/kit";
import type { VersionedTag } from "#lib/api/agent-day-types.ts";
import { call, type Answer } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import { versionHeader } from "#lib/agent-day/settings-form.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  event.depends("app:tags");
  return { tags: (await need<{ items: VersionedTag[] }>(event, "/tags")).items };
};

export const actions: Actions = {
  add: async (event) => {
    const form = await event.request.formData();
    return told(await call(event.fetch, "/tags", { method: "POST", body: tagOf(form) }));
  },
  change: async (event) => {
    const form = await event.request.formData();
    const request = { method: "PUT", body: tagOf(form), headers: versionHeader(form) };
    return told(await call(event.fetch, `/tag-settings/${idOf(form)}`, request));
  },
  merge: async (event) => {
    const form = await event.request.formData();
    const body = { into: String(form.get("into") ?? "") };
    return told(await call(event.fetch, `/tag-settings/${idOf(form)}/merger`, { method: "POST", body }));
  },
};

const idOf = (form: FormData) => encodeURIComponent(String(form.get("id") ?? ""));

function tagOf(form: FormData) {
  return { name: String(form.get("name") ?? ""), colour: String(form.get("colour") ?? "grey") };
}

function told(answer: Answer<unknown>) {
  return answer.ok ? { isSaved: true } : fail(answer.problem.status || 503, { problem: answer.problem });
}
