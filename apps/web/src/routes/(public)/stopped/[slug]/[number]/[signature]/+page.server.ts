import { fail } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { Priority } from "#lib/api/types.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

type Question = { question: string; answers: { answer: string; words: string }[] };
type Stopped = {
  number: number;
  language: string;
  standing: "open" | "urgent" | "expired";
  priority: Priority;
  desk: { name: string; mailbox: string };
  questions: { stopped: Question; around: Question };
};
type Answered = { priority: Priority; raised: boolean };

const pathOf = ({ params }: Pick<RequestEvent, "params">) =>
  `/desks/${encodeURIComponent(params.slug)}/stopped/${encodeURIComponent(params.number)}/${encodeURIComponent(params.signature)}`;

/** Looking changes nothing: programs that follow links in mails do that, too. */
export const load: PageServerLoad = async (event) => {
  event.setHeaders({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
  const found = await call<Stopped>(event.fetch, pathOf(event));
  return { stopped: found.ok ? found.value : null };
};

export const actions: Actions = {
  default: async (event) => {
    const form = await event.request.formData();
    const body = { stopped: String(form.get("stopped") ?? ""), around: String(form.get("around") ?? "") };
    const answered = await call<Answered>(event.fetch, pathOf(event), { method: "POST", body });
    if (answered.ok) return { answered: answered.value, problem: null };
    return fail(answered.problem.status || 503, { answered: null, problem: answered.problem });
  },
};
