import { fail, redirect } from "@sveltejs/kit";
import { call, query } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { InboundMail, Page, Ticket } from "#lib/api/types.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  event.depends("app:quarantine");
  const cursor = event.url.searchParams.get("cursor");
  return { mails: await need<Page<InboundMail>>(event, `/inbound-mails${query({ kind: "quarantined", cursor })}`) };
};

export const actions: Actions = {
  default: async ({ request, fetch }) => {
    const mailId = String((await request.formData()).get("mail"));
    const path = `/inbound-mails/${encodeURIComponent(mailId)}/ticket`;
    const answer = await call<Ticket>(fetch, path, { method: "POST", body: {} });
    if (!answer.ok) return fail(answer.problem.status || 503, { mailId, problem: answer.problem });
    redirect(303, `/tickets/${answer.value.id}`);
  },
};
