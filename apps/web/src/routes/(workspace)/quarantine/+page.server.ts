import { fail, redirect } from "@sveltejs/kit";
import { call, query } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { InboundMail, Page, Ticket } from "#lib/api/types.ts";
import { TABS } from "#lib/mailroom/mail-apart.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  event.depends("app:quarantine");
  const { searchParams } = event.url;
  const show = TABS.find((tab) => tab === searchParams.get("show")) ?? "quarantined";
  const kind = show === "all" ? null : show;
  const cursor = searchParams.get("cursor");
  return { show, mails: await need<Page<InboundMail>>(event, `/inbound-mails${query({ kind, cursor })}`) };
};

export const actions: Actions = {
  default: async ({ request, fetch }) => {
    const form = await request.formData();
    const [mailId, address] = [String(form.get("mail")), String(form.get("address") ?? "").trim()];
    const path = `/inbound-mails/${encodeURIComponent(mailId)}/ticket`;
    const body = address === "" ? {} : { contact: { address } };
    const answer = await call<Ticket>(fetch, path, { method: "POST", body });
    if (!answer.ok) return fail(answer.problem.status || 503, { mailId, problem: answer.problem });
    redirect(303, `/tickets/${answer.value.id}`);
  },
};
