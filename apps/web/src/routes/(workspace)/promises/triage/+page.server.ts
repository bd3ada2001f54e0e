import { fail } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { Priority } from "#lib/api/types.ts";
import type { Actions, PageServerLoad } from "./$types";

type ByWay = Record<"no" | "partly" | "yes", Priority>;
type Table = { question: Priority; wish: Priority; fault: Record<"stopped" | "hurt" | "no", ByWay> };
type Question = { question: string; answers: { answer: string; words: string }[] };

export const load: PageServerLoad = async (event) => {
  const [table, questions] = await Promise.all([
    need<Table>(event, "/triage-table"),
    need<Record<"kind" | "stopped" | "around", Question>>(event, `/triage-questions?language=${event.locals.language}`),
  ]);
  return { table, questions };
};

export const actions: Actions = {
  default: async (event) => {
    const form = await event.request.formData();
    const at = (name: string) => String(form.get(name) ?? "");
    const ways = (stopped: string) =>
      Object.fromEntries(["no", "partly", "yes"].map((around) => [around, at(`${stopped} ${around}`)]));
    const fault = Object.fromEntries(["stopped", "hurt", "no"].map((stopped) => [stopped, ways(stopped)]));
    const body = { question: at("question"), wish: at("wish"), fault };
    const saved = await call(event.fetch, "/triage-table", { method: "PUT", body });
    if (!saved.ok) return fail(saved.problem.status || 503, { problem: saved.problem, isSaved: false });
    return { problem: null, isSaved: true };
  },
};
