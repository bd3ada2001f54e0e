import { call, query } from "#lib/api/call.ts";
import type { ContactWhole, ListedContact, MergePreview } from "#lib/api/customer-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { Page } from "#lib/api/types.ts";
import { ended } from "#lib/customers/saving.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  const path = `/contacts/${encodeURIComponent(event.params.id)}`;
  const asked = event.url.searchParams;
  const [q, other] = [asked.get("q")?.trim() ?? "", asked.get("other")];
  const [contact, preview, found] = await Promise.all([
    need<ContactWhole>(event, path),
    other === null ? null : call<MergePreview>(event.fetch, `${path}/merge-preview${query({ other })}`),
    q === "" ? null : need<Page<ListedContact>>(event, `/contacts${query({ q, limit: 20 })}`),
  ]);
  return {
    ...{ contact, q, found: found?.items.filter(({ id }) => id !== contact.id) ?? null },
    preview: preview?.ok ? preview.value : null,
    problem: preview?.ok === false ? preview.problem : null,
  };
};

export const actions: Actions = {
  default: async (event) => {
    const form = await event.request.formData();
    const text = (name: string) => String(form.get(name) ?? "");
    const chosen = [...form].filter(([name]) => name.startsWith("choice-"));
    const body = {
      other: text("other"),
      versions: { kept: Number(text("kept")), gone: Number(text("gone")) },
      choices: Object.fromEntries(chosen.map(([name, side]) => [name.slice("choice-".length), side])),
    };
    const path = `/contacts/${encodeURIComponent(event.params.id)}/merges`;
    const answer = await call(event.fetch, path, { method: "POST", body });
    return ended(answer, `/customers/contacts/${event.params.id}`);
  },
};
