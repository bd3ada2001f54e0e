import { redirect } from "@sveltejs/kit";
import { type Answer, call, query } from "#lib/api/call.ts";
import type { ContactWhole } from "#lib/api/customer-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { Page, Ticket } from "#lib/api/types.ts";
import { atVersion, ended, linesOf } from "#lib/customers/saving.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

const pathOf = ({ params }: Pick<RequestEvent, "params">) => `/contacts/${encodeURIComponent(params.id)}`;

export const load: PageServerLoad = async (event) => {
  const contact = await need<ContactWhole>(event, pathOf(event));
  if (contact.id !== event.params.id) redirect(303, `/customers/contacts/${contact.id}`); // It was merged.
  const newest = query({ contactId: contact.id, state: "all", order: "newest", limit: 50 });
  return { contact, tickets: (await need<Page<Ticket>>(event, `/tickets${newest}`)).items };
};

export const actions: Actions = {
  save: async (event) => {
    const form = await event.request.formData();
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const organisation = await findOrganisation(event, text("organisation"), text("organisationId"));
    if (!organisation.ok) return ended(organisation, "", form);
    const body = {
      ...{ name: text("name"), language: text("language") || null, sees: text("sees") || null, notes: text("notes") },
      ...{ phones: linesOf(form.get("phones")), externalIds: linesOf(form.get("externalIds")) },
      organisationId: organisation.value,
    };
    const answer = await call(event.fetch, pathOf(event), { method: "PATCH", body, headers: atVersion(form) });
    return ended(answer, event.url.pathname, form);
  },
  address: async (event) => change(event, { method: "PUT", body: {} }),
  first: async (event) => change(event, { method: "PUT", body: { isPrimary: true } }),
  remove: async (event) => change(event, { method: "DELETE" }),
};

async function change(event: RequestEvent, request: { method: string; body?: unknown }) {
  const form = await event.request.formData();
  const address = encodeURIComponent(String(form.get("address") ?? "").trim());
  const path = `${pathOf(event)}/addresses/${address}`;
  return ended(await call(event.fetch, path, { ...request, headers: atVersion(form) }), event.url.pathname, form);
}

/** The organisation of this very name. The one that the contact had stays where its name was left alone. */
async function findOrganisation({ fetch }: RequestEvent, name: string, had: string): Promise<Answer<string | null>> {
  if (name === "") return { ok: true, value: null };
  const found = await call<Page<{ id: string; name: string }>>(
    fetch,
    `/organisations${query({ q: name, limit: 200 })}`,
  );
  if (!found.ok) return found;
  const same = found.value.items.filter((other) => other.name.toLowerCase() === name.toLowerCase());
  const kept = same.find(({ id }) => id === had);
  if (kept) return { ok: true, value: kept.id };
  if (same.length === 1) return { ok: true, value: same[0]!.id };
  const title = same.length === 0 ? "no-such-organisation" : "several-organisations";
  return { ok: false, problem: { status: 422, title } };
}
