import { fail, redirect } from "@sveltejs/kit";
import { call, query } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { Mailbox, MailboxContents } from "#lib/api/mail-types.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  const { address } = event.params;
  const asked = { from: event.url.searchParams.get("from"), historyFrom: historyIn(event.url.searchParams) };
  const [mailboxes, contents] = await Promise.all([
    need<{ items: Mailbox[] }>(event, "/mailboxes"),
    call<MailboxContents>(event.fetch, `/mailboxes/${encodeURIComponent(address)}/contents${query(asked)}`),
  ]);
  return {
    ...{ address, asked },
    mailbox: mailboxes.items.find((mailbox) => mailbox.address === address) ?? null,
    contents: contents.ok ? contents.value : null,
    problem: contents.ok ? null : contents.problem,
  };
};

export const actions: Actions = {
  default: async ({ request, params, fetch }) => {
    const form = await request.formData();
    const body = { from: textIn(form, "from"), historyFrom: historyIn(form) };
    const answer = await call(fetch, `/mailboxes/${encodeURIComponent(params.address)}/taking`, {
      method: "PUT",
      body,
    });
    if (answer.ok) redirect(303, `/mail-places/${encodeURIComponent(params.address)}`);
    return fail(answer.problem.status || 503, { problem: answer.problem });
  },
};

type Fields = Pick<FormData, "get">;

function historyIn(fields: Fields): string | null {
  return fields.get("older") === "import" ? textIn(fields, "historyFrom") : null;
}

function textIn(fields: Fields, name: string): string | null {
  return String(fields.get(name) ?? "") || null;
}
