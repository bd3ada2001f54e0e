import { call, query } from "#lib/api/call.ts";
import type { ListedContact, OrganisationWhole } from "#lib/api/customer-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { Page } from "#lib/api/types.ts";
import { atVersion, ended } from "#lib/customers/saving.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

const pathOf = ({ params }: Pick<RequestEvent, "params">) => `/organisations/${encodeURIComponent(params.id)}`;

export const load: PageServerLoad = async (event) => {
  const cursor = event.url.searchParams.get("cursor");
  const organisation = await need<OrganisationWhole>(event, pathOf(event));
  const people = query({ organisationId: organisation.id, cursor, limit: 50 });
  return { organisation, people: await need<Page<ListedContact>>(event, `/contacts${people}`) };
};

export const actions: Actions = {
  save: async (event) => {
    const form = await event.request.formData();
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const body = {
      ...{ name: text("name"), language: text("language") || null, externalId: text("externalId") || null },
      ...{ notes: text("notes"), sees: text("sees") },
    };
    const answer = await call(event.fetch, pathOf(event), { method: "PATCH", body, headers: atVersion(form) });
    return ended(answer, event.url.pathname, form);
  },
  confirm: async (event) => {
    const form = await event.request.formData();
    const domain = encodeURIComponent(String(form.get("domain") ?? "").trim());
    return ended(
      await call(event.fetch, `${pathOf(event)}/domains/${domain}`, { method: "PUT" }),
      event.url.pathname,
      form,
    );
  },
  remove: async (event) => {
    const domain = encodeURIComponent(String((await event.request.formData()).get("domain") ?? ""));
    return ended(
      await call(event.fetch, `${pathOf(event)}/domains/${domain}`, { method: "DELETE" }),
      event.url.pathname,
    );
  },
};
