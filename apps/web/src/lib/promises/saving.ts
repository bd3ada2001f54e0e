import { fail, type RequestEvent } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { PolicyPreview, Problem } from "#lib/api/types.ts";
import { instantOf } from "#lib/promises/policy-form.ts";

/** What was typed comes back with whatever became of it. */
type Typed = { typed: Record<string, string[]> };

type Wanted = {
  form: FormData;
  timeZone: string;
  /** Where a version is added, and what it would be. */
  versions: string;
  document: unknown;
  preview: { document: unknown; calendars?: Record<string, unknown> } | null;
};

function typedIn(form: FormData): Typed["typed"] {
  return Object.fromEntries([...new Set(form.keys())].map((name) => [name, form.getAll(name).map(String)]));
}

/** Shows what would be, or makes it so from an instant on: as the button says. */
export async function previewOrSave({ fetch }: Pick<RequestEvent, "fetch">, wanted: Wanted) {
  const { form, timeZone, versions, document, preview } = wanted;
  const typed = typedIn(form);
  const failed = (problem: Problem) => fail(problem.status || 503, { typed, problem, shown: null });
  if (form.get("do") === "save") {
    const from = String(form.get("holdsFrom") ?? "");
    const holdsFrom = from === "" ? null : (instantOf(from, timeZone) ?? from);
    const body = { document, ...(holdsFrom !== null && { holdsFrom }) };
    const saved = await call<{ version: number; holdsFrom: string }>(fetch, versions, { method: "POST", body });
    return saved.ok ? { typed, saved: saved.value, shown: null, problem: null } : failed(saved.problem);
  }
  const receivedAt = instantOf(String(form.get("receivedAt") ?? ""), timeZone);
  const body = { ...preview, receivedAt: [receivedAt ?? String(form.get("receivedAt"))] };
  const shown = await call<PolicyPreview>(fetch, "/policy-previews", { method: "POST", body });
  return shown.ok ? { typed, saved: null, shown: shown.value, problem: null } : failed(shown.problem);
}
