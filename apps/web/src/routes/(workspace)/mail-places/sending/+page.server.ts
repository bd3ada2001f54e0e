import { fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { RelayProbe, SendingIdentity } from "#lib/api/mail-types.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  event.depends("app:relay-probe");
  const [identities, probe] = await Promise.all([
    need<{ relay: string | null; items: SendingIdentity[] }>(event, "/sending-identities"),
    call<RelayProbe>(event.fetch, "/relay-probes/latest"),
  ]);
  return { ...identities, probe: probe.ok ? probe.value : null };
};

export const actions: Actions = {
  default: async ({ request, fetch }) => {
    const mailbox = String((await request.formData()).get("mailbox") ?? "");
    const answer = await call(fetch, "/relay-probes", { method: "POST", body: { mailbox } });
    if (!answer.ok) return fail(answer.problem.status || 503, { problem: answer.problem });
    redirect(303, "/mail-places/sending");
  },
};
