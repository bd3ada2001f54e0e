import { fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { Ticket } from "#lib/api/types.ts";
import { newKey } from "#lib/ticket/draft.ts";
import { findMissing, readNewTicket, type NewTicket } from "#lib/workspace/new-ticket.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = () => ({ sendKey: newKey() });

export const actions: Actions = {
  default: async ({ request, fetch }) => {
    const form = await request.formData();
    const typed = readNewTicket(form);
    const missing = findMissing(typed);
    if (missing.length > 0) return fail(400, { typed, missing, problem: null });

    const key = form.get("key");
    const headers = { "idempotency-key": typeof key === "string" ? key : newKey() };
    const answer = await call<Ticket>(fetch, "/tickets", { method: "POST", body: bodyOf(typed), headers });
    if (!answer.ok) return fail(answer.problem.status || 503, { typed, missing, problem: answer.problem });
    redirect(303, `/tickets/${answer.value.id}?registered`);
  },
};

function bodyOf({ address, name, subject, text, priority, reason, language }: NewTicket) {
  return {
    contact: { address, ...(name && { name }) },
    subject,
    text,
    priority,
    ...(reason && { priorityReason: reason }),
    ...(language && { language }),
  };
}
