import { fail, redirect } from "@sveltejs/kit";
import { query } from "#lib/api/call.ts";
import type { CustomerImport } from "#lib/api/customer-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { Page, Problem } from "#lib/api/types.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  return { imports: (await need<Page<CustomerImport>>(event, "/directory-imports")).items };
};

export const actions: Actions = {
  /** The file's bytes go to the API as they are. */
  default: async ({ request, fetch }) => {
    const file = await request
      .formData()
      .then((form) => form.get("file"))
      .catch(() => null); // The server cuts off what is longer than it takes.
    if (!(file instanceof File) || file.size === 0) return fail(400, { isMissing: true, problem: null });
    const answer = await fetch(`/api/v1/directory-imports${query({ fileName: file.name.slice(0, 200) })}`, {
      method: "POST",
      headers: { "content-type": "text/csv", accept: "application/json" },
      body: await file.arrayBuffer(),
    });
    const told = (await answer.json().catch(() => ({}))) as CustomerImport & Problem;
    if (answer.ok) redirect(303, `/customers/import/${told.id}`);
    const problem: Problem = {
      status: answer.status,
      title: told.title ?? "",
      ...(told.detail && { detail: told.detail }),
    };
    return fail(answer.status, { isMissing: false, problem });
  },
};
