import { fail } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { DutySettings } from "#lib/api/duty-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => ({
  settings: await need<DutySettings>(event, "/duty-settings"),
});

export const actions: Actions = {
  default: async (event) => {
    const form = await event.request.formData();
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const number = (name: string) => (text(name) === "" ? null : Number(text(name)));
    const quiet = { from: text("quietFrom"), until: text("quietUntil"), askAfter: number("askAfter") ?? 0 };
    const body = {
      ...{ repeatMinutes: number("repeatMinutes"), triesPerLevel: number("triesPerLevel") },
      ...{ comeBackMinutes: number("comeBackMinutes"), highAfterMinutes: number("highAfterMinutes") },
      quiet: quiet.from === "" && quiet.until === "" ? null : quiet,
      canary: text("canaryAt") === "" ? null : { at: text("canaryAt"), withinMinutes: number("withinMinutes") },
    };
    const saved = await call(event.fetch, "/duty-settings", { method: "PUT", body });
    const typed = Object.fromEntries([...form.entries()].map(([name, value]) => [name, String(value)]));
    if (!saved.ok) return fail(saved.problem.status || 503, { typed, problem: saved.problem, isSaved: false });
    return { typed: {}, problem: null, isSaved: true };
  },
};
