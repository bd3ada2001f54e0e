import { redirect } from "@sveltejs/kit";
import { call, query } from "#lib/api/call.ts";
import type { ContactWhole, ListedContact, OrganisationWhole } from "#lib/api/customer-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { Page } from "#lib/api/types.ts";
import { ended } from "#lib/customers/saving.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  const asked = event.url.searchParams;
  const show = asked.get("show") === "organisations" ? "organisations" : "contacts";
  const [q, cursor] = [asked.get("q")?.trim() ?? "", asked.get("cursor")];
  const path = `/${show}${query({ q, cursor, limit: 50 })}`;
  const page = await need<Page<ListedContact | { id: string; name: string }>>(event, path);
  return { show: show as "organisations" | "contacts", q, items: page.items, next: page.next };
};

export const actions: Actions = {
  contact: async (event) => {
    const form = await event.request.formData();
    const body = { address: String(form.get("address") ?? ""), name: String(form.get("name") ?? "") };
    const made = await call<ContactWhole>(event.fetch, "/contacts", { method: "POST", body });
    if (made.ok) redirect(303, `/customers/contacts/${made.value.id}`);
    return ended(made, "", form);
  },
  organisation: async (event) => {
    const form = await event.request.formData();
    const body = { name: String(form.get("name") ?? "") };
    const made = await call<OrganisationWhole>(event.fetch, "/organisations", { method: "POST", body });
    if (made.ok) redirect(303, `/customers/organisations/${made.value.id}`);
    return ended(made, "", form);
  },
};
